// A plugin's secrets: it never sees them, the host fills them into what it sends.
#include "core/host/secrets.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace openclaw::host {

namespace {
constexpr std::string_view kOpen = "${secret:";
constexpr std::string_view kBase64 = "${base64:";
constexpr std::size_t kShortestRedacted = 6;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return out;
}

/// What stands between "://" and the path, port and user's name taken off. For any scheme: the
/// operator's own URLs may have a protocol's that only the plugin knows.
std::string host_behind(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == 0 || scheme == std::string_view::npos) return {};
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  // Browsers end the host at a backslash, libcurl takes it as part of the user's name.
  for (const char c : rest) {
    if (c == '\\' || static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return {};
  }
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) rest = rest.substr(at + 1);
  if (!rest.empty() && rest.front() == '[') {
    const auto end = rest.find(']');
    return end == std::string_view::npos ? std::string{} : lower(rest.substr(1, end - 1));
  }
  return lower(rest.substr(0, rest.find(':')));
}

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP ends it with a NUL
  const int n = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                reinterpret_cast<const unsigned char*>(bytes.data()),
                                static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(n));
  return out;
}

/// Where the `}` of a ${base64: is, secrets inside skipped.
std::size_t end_of_base64(std::string_view text, std::size_t at) {
  while (true) {
    const auto close = text.find('}', at);
    const auto inner = text.find(kOpen, at);
    if (close == std::string_view::npos || inner > close) return close;
    at = close + 1;
  }
}
}  // namespace

std::string host_of(std::string_view url) {
  static constexpr std::array<std::string_view, 6> kSchemes = {"https", "http", "wss",
                                                               "ws",    "tls",  "tcp"};
  const std::string scheme = lower(url.substr(0, url.find("://")));
  if (std::find(kSchemes.begin(), kSchemes.end(), scheme) == kSchemes.end()) return {};
  return host_behind(url);
}

Result<Secrets> Secrets::take(std::string& section_json,
                              const std::vector<std::string>& secret_keys,
                              const std::vector<std::string>& hosts,
                              const std::vector<std::string>& url_keys) {
  auto section = nlohmann::json::parse(section_json.empty() ? "{}" : section_json, nullptr, false);
  if (!section.is_object()) return Error{Errc::invalid, "the section must be a mapping"};
  Secrets out;
  for (const auto& host : hosts) out.hosts_.insert(lower(host));
  for (const auto& key : url_keys) {
    const auto it = section.find(key);
    if (it == section.end() || !it->is_string()) continue;
    const auto host = host_behind(it->get<std::string>());
    if (!host.empty() && host.front() != '*') out.hosts_.insert(host);
  }
  for (const auto& key : secret_keys) {
    const auto it = section.find(key);
    if (it == section.end() || !it->is_string()) continue;
    auto value = it->get<std::string>();
    if (value.empty()) continue;
    out.values_[key] = std::move(value);
    *it = std::string(kOpen) + key + "}";
  }
  section_json = section.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return out;
}

bool Secrets::allowed(std::string_view host) const {
  if (hosts_.find(host) != hosts_.end()) return true;
  for (auto dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.', dot + 1)) {
    if (dot != 0 && hosts_.find("*" + std::string(host.substr(dot))) != hosts_.end()) return true;
  }
  return false;
}

Result<std::string> Secrets::one(std::string_view key, std::string_view host) const {
  if (!allowed(host)) {
    return Error{Errc::auth, "the secret " + std::string(key) + " may not be sent to " +
                                 std::string(host) + ": the plugin's manifest does not allow it"};
  }
  const auto it = values_.find(key);
  if (it != values_.end()) return it->second;
  return Error{Errc::auth, "the key " + std::string(key) + " is not set"};
}

Result<std::string> Secrets::fill(std::string_view text, std::string_view host) const {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const auto secret = text.find(kOpen, at);
    const auto encoded = text.find(kBase64, at);
    const auto open = std::min(secret, encoded);
    if (open == std::string_view::npos) break;
    const auto inside = open + (open == secret ? kOpen : kBase64).size();
    const auto close = open == secret ? text.find('}', inside) : end_of_base64(text, inside);
    if (close == std::string_view::npos) break;
    const auto content = text.substr(inside, close - inside);
    auto value = open == secret ? one(content, host) : fill(content, host);
    if (value.has_error()) return value;
    out += text.substr(at, open - at);
    out += open == secret ? *value : base64(*value);
    at = close + 1;
  }
  out += text.substr(at);
  return out;
}

bool Secrets::equals(std::string_view key, std::string_view presented) const {
  const auto it = values_.find(key);
  if (it == values_.end() || it->second.empty()) return false;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> a{};
  std::array<unsigned char, SHA256_DIGEST_LENGTH> b{};
  SHA256(reinterpret_cast<const unsigned char*>(it->second.data()), it->second.size(), a.data());
  SHA256(reinterpret_cast<const unsigned char*>(presented.data()), presented.size(), b.data());
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

const std::string* Secrets::value(std::string_view key) const {
  const auto it = values_.find(key);
  return it == values_.end() ? nullptr : &it->second;
}

std::string Secrets::redact(std::string_view text) const {
  // The longest match wins at each place: of two secrets one may begin with the other. What was
  // put in is not searched again: a value may be its own key's name.
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::pair<const std::string, std::string>* longest = nullptr;
    std::size_t first = text.size();
    for (const auto& entry : values_) {
      if (entry.second.size() < kShortestRedacted) continue;
      const auto found = text.find(entry.second, at);
      if (found == std::string_view::npos || found > first) continue;
      if (found < first || longest == nullptr || entry.second.size() > longest->second.size()) {
        first = found;
        longest = &entry;
      }
    }
    out += text.substr(at, first - at);
    if (longest == nullptr) break;
    out += "[" + longest->first + "]";
    at = first + longest->second.size();
  }
  return out;
}

}  // namespace openclaw::host
