// Reads the section.
#include "settings.hpp"

#include <libpq-fe.h>

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
         !name.starts_with("pg_") && std::all_of(name.begin(), name.end(), fits);
}

/// The name in libpq's complaint about a parameter that it does not know; empty when it has none,
/// or when that may be a piece of a password with a question mark.
std::string unknown_parameter(const std::string& url, std::string_view words) {
  constexpr std::string_view kBegin = "invalid URI query parameter: \"";
  const auto begin = words.find(kBegin);
  const auto question = url.find('?'), scheme = url.find("://");
  if (begin == std::string_view::npos || question == std::string::npos) return {};
  const auto place = url.substr(scheme + 3, question - scheme - 3);
  const bool has_user = place.find('@') != std::string::npos;
  if (url.find('@', question) != std::string::npos) return {};
  if (!has_user && place.find(':') != std::string::npos) return {};
  words.remove_prefix(begin + kBegin.size());
  const std::string name(words.substr(0, words.find('"')));
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return name.size() <= 40 && std::all_of(name.begin(), name.end(), fits) ? name : "";
}

/// libpq quotes what it cannot read, which may be a piece of the password: an address is refused in
/// words of ours when it is none, or when what stands for host and port cannot be that.
void check_address(const std::string& url) {
  struct Options {
    PQconninfoOption* first;
    ~Options() { PQconninfoFree(first); }
  };
  char* words = nullptr;
  const Options options{PQconninfoParse(url.c_str(), &words)};
  const std::string unknown = unknown_parameter(url, words == nullptr ? "" : words);
  if (words != nullptr) PQfreemem(words);
  if (!unknown.empty()) {
    throw sdk::Refused("storage.url: libpq knows no parameter \"" + unknown +
                       "\"; see what stands behind the question mark");
  }
  const auto value = [&](const char* key) -> std::string {
    for (const PQconninfoOption* o = options.first; o != nullptr && o->keyword != nullptr; ++o) {
      if (std::string_view(o->keyword) == key) return o->val == nullptr ? "" : o->val;
    }
    return {};
  };
  const std::string host = value("host");
  const bool fits = options.first != nullptr &&
                    (host.starts_with("/") || host.find_first_of("@/?#%") == std::string::npos) &&
                    value("port").find_first_not_of("0123456789,") == std::string::npos &&
                    value("dbname").find('@') == std::string::npos;
  if (!fits) {
    throw sdk::Refused(
        "storage.url is no address of PostgreSQL: it reads postgres://USER:PASSWORD@HOST:PORT/"
        "DATABASE, where @ : / ? # and % of the password stand as %40 %3A %2F %3F %23 and %25; or "
        "leave the password out, and put it into PGPASSWORD or a file (?passfile=/path)");
  }
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
    throw sdk::Refused("storage.url must begin with postgres:// or postgresql://");
  }
  check_address(out.url);
  if (const auto schema = section.find("schema"); schema != section.end()) {
    if (!schema->is_string() || !is_plain_name(schema->get<std::string>())) {
      throw sdk::Refused(
          "storage.schema must be a name of at most 63 lower-case letters, digits and _ that does "
          "not begin with pg_");
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
