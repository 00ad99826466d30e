#include "core/archive/record.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace openclaw::archive {

namespace {

using nlohmann::json;

constexpr std::array<const char*, kKinds> kNames = {"",      "counter", "session", "entry", "value",
                                                    "event", "message", "dead",    "reply"};

std::string encoded(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::optional<std::string> decoded(const std::string& text) {
  if (text.size() % 4 != 0 || text.ends_with("===")) return std::nullopt;
  std::string out(text.size() / 4 * 3 + 1, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  out.resize(static_cast<std::size_t>(length) - padding);
  return out;
}

bool is_utf8(const std::string& text) {
  try {
    (void)json(text).dump();
    return true;
  } catch (const json::type_error&) {
    return false;
  }
}

void put(json& line, const char* name, const std::string& text) {
  if (text.empty()) return;
  if (is_utf8(text)) {
    line[name] = text;
  } else {
    line[name] = {{"base64", encoded(text)}};
  }
}

template <class Number>
void put(json& line, const char* name, Number number) {
  if (number != 0) line[name] = number;
}

/// False: it is there and not what it should be.
bool take(const json& line, const char* name, std::string& to) {
  const auto found = line.find(name);
  if (found == line.end()) return true;
  if (found->is_string()) {
    to = found->get<std::string>();
    return true;
  }
  const auto inner = found->is_object() ? found->find("base64") : found->end();
  if (!found->is_object() || inner == found->end() || !inner->is_string()) return false;
  auto bytes = decoded(inner->get<std::string>());
  if (!bytes) return false;
  to = std::move(*bytes);
  return true;
}

template <class Number>
bool take(const json& line, const char* name, Number& to) {
  const auto found = line.find(name);
  if (found == line.end()) return true;
  if (std::is_unsigned_v<Number> ? !found->is_number_unsigned() : !found->is_number_integer()) {
    return false;
  }
  to = found->get<Number>();
  return found->is_number_unsigned()
             ? found->template get<std::uint64_t>() == static_cast<std::uint64_t>(to)
             : true;
}

}  // namespace

const char* name_of(Kind kind) {
  return kNames.at(static_cast<std::size_t>(kind));
}

std::size_t bytes_of(const Record& r) {
  return sizeof r + r.session.size() + r.agent.size() + r.channel.size() + r.account.size() +
         r.ns.size() + r.key.size() + r.text.size() + r.extra.size();
}

std::string to_line(const Record& r) {
  json line = {{"kind", name_of(r.kind)}};
  put(line, "number", r.number);
  put(line, "id", r.id);
  put(line, "epoch", r.epoch);
  put(line, "first", r.first);
  put(line, "next", r.next);
  put(line, "atMs", r.at_ms);
  put(line, "updatedMs", r.updated_ms);
  put(line, "expiresMs", r.expires_ms);
  put(line, "session", r.session);
  put(line, "agent", r.agent);
  put(line, "channel", r.channel);
  put(line, "account", r.account);
  put(line, "ns", r.ns);
  put(line, "key", r.key);
  put(line, "text", r.text);
  put(line, "extra", r.extra);
  return line.dump();
}

Result<Record> from_line(std::string_view text) {
  const Error broken{Errc::invalid, "a line is no record"};
  const json line = json::parse(text, nullptr, false);
  if (!line.is_object()) return broken;
  Record r;
  const auto kind = line.find("kind");
  std::size_t at = 0;
  if (kind != line.end() && kind->is_string()) {
    const auto& name = kind->get_ref<const std::string&>();
    for (at = kKinds; --at > 0;) {
      if (name == kNames[at]) break;
    }
  }
  if (at == 0) return broken;
  r.kind = static_cast<Kind>(at);
  const bool read =
      take(line, "number", r.number) && take(line, "id", r.id) && take(line, "epoch", r.epoch) &&
      take(line, "first", r.first) && take(line, "next", r.next) && take(line, "atMs", r.at_ms) &&
      take(line, "updatedMs", r.updated_ms) && take(line, "expiresMs", r.expires_ms) &&
      take(line, "session", r.session) && take(line, "agent", r.agent) &&
      take(line, "channel", r.channel) && take(line, "account", r.account) &&
      take(line, "ns", r.ns) && take(line, "key", r.key) && take(line, "text", r.text) &&
      take(line, "extra", r.extra);
  return read ? Result<Record>(std::move(r)) : Result<Record>(broken);
}

void Tally::add(Kind kind, std::string_view line) {
  ++counts_.at(static_cast<std::size_t>(kind));
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(line.data()), line.size(), digest.data());
  for (std::size_t i = 0; i < sum_.size(); ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, digest.data() + i * sizeof word, sizeof word);
    sum_[i] += word;
  }
}

std::uint64_t Tally::all() const {
  std::uint64_t out = 0;
  for (const std::uint64_t count : counts_) out += count;
  return out;
}

std::string Tally::checksum() const {
  std::string out;
  for (const std::uint64_t word : sum_) {
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(word));
    out += digits.data();
  }
  return out;
}

}  // namespace openclaw::archive
