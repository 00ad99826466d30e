// Reads the section.
#include "settings.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::redis {

namespace {

/// Without braces, which are around it in every key.
bool is_tag(const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= 63 && std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

Settings read_settings(std::string_view section_json) {
  const auto section = nlohmann::json::parse(section_json, nullptr, false);
  if (!section.is_object()) throw sdk::Refused("the storage section must be a mapping");
  Settings out;
  const auto url = section.find("url");
  if (url == section.end() || !url->is_string() || url->get<std::string>().empty()) {
    throw sdk::Refused("storage.url must name the server, as in redis://localhost:6379/0");
  }
  out.address = read_address(url->get<std::string>());
  if (const auto prefix = section.find("prefix"); prefix != section.end()) {
    if (!prefix->is_string() || !is_tag(prefix->get<std::string>())) {
      throw sdk::Refused(
          "storage.prefix must be a name of at most 63 letters, digits, dots, - and _");
    }
    out.prefix = prefix->get<std::string>();
  }
  return out;
}

std::string store_key(const Settings& settings) {
  return "{" + settings.prefix + "}:store";
}

std::string inbox_key(const Settings& settings) {
  return "{" + settings.prefix + "}:inbox";
}

std::string claims_key(const Settings& settings) {
  return "{" + settings.prefix + "}:inbox-claims";
}

std::string wake_channel(const Settings& settings) {
  return "{" + settings.prefix + "}:wake";
}

}  // namespace openclaw::redis
