// Reads the section.
#include "settings.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::postgres {

namespace {

/// What needs no quotes but for words of SQL's own.
bool is_plain_name(const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 63 && (name[0] < '0' || name[0] > '9') &&
         std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

Settings read_settings(std::string_view section_json) {
  const auto section = nlohmann::json::parse(section_json, nullptr, false);
  if (!section.is_object()) throw sdk::Refused("the storage section must be a mapping");
  Settings out;
  const auto url = section.find("url");
  if (url == section.end() || !url->is_string() || url->get<std::string>().empty()) {
    throw sdk::Refused(
        "storage.url must name the database, as in postgres://openclaw@localhost/openclaw");
  }
  out.url = url->get<std::string>();
  if (!out.url.starts_with("postgres://") && !out.url.starts_with("postgresql://")) {
    throw sdk::Refused("storage.url must begin with postgres://");
  }
  if (const auto schema = section.find("schema"); schema != section.end()) {
    if (!schema->is_string() || !is_plain_name(schema->get<std::string>())) {
      throw sdk::Refused(
          "storage.schema must be a name of at most 63 lower-case letters, digits and _");
    }
    out.schema = schema->get<std::string>();
  }
  return out;
}

std::string for_schema(std::string_view text, const std::string& schema) {
  constexpr std::string_view kMark = "@SCHEMA@";
  std::string out;
  for (auto hit = text.find(kMark); hit != std::string_view::npos; hit = text.find(kMark)) {
    out.append(text.substr(0, hit)).append("\"" + schema + "\"");
    text.remove_prefix(hit + kMark.size());
  }
  return out.append(text);
}

}  // namespace openclaw::postgres
