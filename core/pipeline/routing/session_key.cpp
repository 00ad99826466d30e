#include "core/pipeline/routing/session_key.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace openclaw::pipeline {
namespace {

constexpr std::size_t kMaxPart = 128;
constexpr std::array<std::string_view, 3> kReserved{"subagent:", "cron:", "acp:"};
constexpr char kHex[] = "0123456789abcdef";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '@' ||
         c == '+' || c == '-';
}

/// 128 bits of SHA-256: an id that shares somebody else's hash cannot be searched for.
std::string hash_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available");
  std::string hex;
  for (std::size_t i = 0; i < 16; ++i) {
    hex += kHex[digest[i] >> 4];
    hex += kHex[digest[i] & 15];
  }
  return hex;
}

/// An id "7:thread:9" must not name the same session as thread 9 of chat 7.
bool reads_like_key(std::string_view id) {
  const std::string framed = ":" + std::string(id) + ":";
  for (const std::string_view mark : {":direct:", ":group:", ":channel:", ":thread:"}) {
    if (framed.find(mark) != std::string::npos) return true;
  }
  return false;
}

/// '~' appears in no encoded id, so what is added here after one keeps the parts apart.
std::string encoded(std::string_view id, bool colon_is_plain) {
  std::string out;
  for (const char c : id) {
    if (is_plain(c) || (c == ':' && colon_is_plain)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
    if (out.size() > kMaxPart) return out.substr(0, kMaxPart / 2) + "~" + hash_of(id);
  }
  return out;
}

std::string encoded_id(std::string_view id) {
  return id.empty() ? "~" : encoded(id, !reads_like_key(id));
}

std::string peer_of(const ChatAddress& address, const std::map<std::string, std::string>& links) {
  const std::string& id = address.sender_id.empty() ? address.chat_id : address.sender_id;
  if (const auto link = links.find(address.channel + ":" + id); link != links.end())
    return encoded_id(link->second);
  std::string peer = encoded_id(id);
  for (const auto& [from, person] : links) {
    if (person == id) return peer + "~";  // a stranger who calls himself like a linked person
  }
  return peer;
}

std::string direct_key(std::string_view agent, const ChatAddress& address,
                       std::string_view dm_scope, const std::map<std::string, std::string>& links) {
  std::string key = "agent:" + std::string(agent) + ":";
  if (dm_scope == "per-account-channel-peer") {
    key += encoded_id(address.channel) + ":" + encoded_id(address.account) + ":";
  } else if (dm_scope != "per-peer") {
    key += encoded_id(address.channel) + ":";
  }
  return key + "direct:" + peer_of(address, links);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_reserved(std::string_view name) {
  const std::string lowered = lower(name);
  for (const std::string_view prefix : kReserved) {
    if (lowered.starts_with(prefix)) return true;
  }
  return false;
}

Error invalid(std::string message) {
  return Error{.code = Errc::invalid, .message = message};
}

}  // namespace

std::string session_key(std::string_view agent, const ChatAddress& address,
                        std::string_view dm_scope,
                        const std::map<std::string, std::string>& identity_links) {
  std::string key;
  if (address.kind == ChatKind::direct) {
    if (dm_scope == "main") return "agent:" + std::string(agent) + ":main";
    key = direct_key(agent, address, dm_scope, identity_links);
  } else {
    key = "agent:" + std::string(agent) + ":" + encoded_id(address.channel) +
          (address.kind == ChatKind::group ? ":group:" : ":channel:") + encoded_id(address.chat_id);
  }
  if (!address.thread_id.empty()) key += ":thread:" + encoded_id(address.thread_id);
  return key;
}

Result<std::string> http_session_key(std::string_view agent, std::string_view header_value,
                                     std::string_view openai_user) {
  const std::string own = "agent:" + std::string(agent) + ":";
  std::string_view name = trimmed(header_value);
  if (!name.empty()) {
    if (lower(name).starts_with("agent:")) {
      if (!lower(name).starts_with(own) || name.size() == own.size())
        return invalid("The session key belongs to another agent than the one asked for.");
      name.remove_prefix(own.size());
    }
    if (is_reserved(name))
      return invalid("Session keys beginning with subagent:, cron: or acp: are reserved.");
    // A key as `openclaw sessions` lists it comes back unchanged, encoded parts included.
    bool listed = name.size() <= 4 * kMaxPart;
    for (const char c : name) listed = listed && (is_plain(c) || c == ':' || c == '%' || c == '~');
    return own + (listed ? std::string(name) : encoded(name, true));
  }
  name = trimmed(openai_user);
  if (name.empty()) return std::string();
  if (is_reserved(name))
    return invalid("Values of \"user\" beginning with subagent:, cron: or acp: are reserved.");
  return own + "openai-user:" + encoded_id(name);
}

bool valid_id(std::string_view id) {
  if (id.empty() || id.size() > 64 || id.front() == '_' || id.front() == '-') return false;
  for (const char c : id) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) return false;
  }
  return true;
}

}  // namespace openclaw::pipeline
