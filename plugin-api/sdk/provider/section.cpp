// Checks what a JSON schema cannot say about a section.
#include "openclaw/cpp/provider/section.hpp"

#include <strings.h>

#include <algorithm>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/plugin.hpp"

namespace openclaw::sdk {

namespace {

using nlohmann::json;

bool is_header_name(std::string_view name) {
  constexpr std::string_view kAllowed = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kAllowed.find(c) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f';
  });
}

std::string text(const json& section, const char* key, std::string_view otherwise) {
  const auto it = section.find(key);
  if (it == section.end() || it->is_null()) return std::string(otherwise);
  if (!it->is_string()) throw Refused(std::string("providers[].") + key + " must be a string");
  return it->get<std::string>();
}

std::string read_base_url(const json& section, std::string_view otherwise) {
  std::string url = text(section, "baseUrl", otherwise);
  if (url.empty()) url = otherwise;
  if ((url.rfind("https://", 0) != 0 && url.rfind("http://", 0) != 0) ||
      std::any_of(url.begin(), url.end(),
                  [](char c) { return static_cast<unsigned char>(c) <= 0x20; }) ||
      url.find_first_of("?#") != std::string::npos) {
    throw Refused("providers[].baseUrl must be an http or https URL without '?' or '#'");
  }
  while (url.back() == '/') url.pop_back();
  if (url.find("//") == std::string::npos) throw Refused("providers[].baseUrl names no host");
  return url;
}

}  // namespace

json parse_section(std::string_view config_json) {
  json section = parse_bounded(config_json.empty() ? "{}" : config_json);
  if (!section.is_object()) throw Refused("a provider's section must be a mapping");
  return section;
}

ProviderSection ProviderSection::read(const json& section, std::string_view default_base_url) {
  ProviderSection s;
  s.has_key = !text(section, "apiKey", {}).empty();
  s.base_url = read_base_url(section, default_base_url);
  s.default_url = s.base_url == default_base_url;
  s.proxy = text(section, "proxy", {});
  const auto headers = section.find("headers");
  if (headers == section.end() || headers->is_null()) return s;
  if (!headers->is_object()) throw Refused("providers[].headers must be a mapping");
  for (const auto& [name, value] : headers->items()) {
    if (!is_header_name(name) || !value.is_string() ||
        !is_header_value(value.get_ref<const std::string&>())) {
      throw Refused("providers[].headers must map header names to text in one line");
    }
    s.headers.emplace_back(name, value.get<std::string>());
  }
  return s;
}

HttpRequest ProviderSection::request(std::string_view method, std::string_view path,
                                     Headers own) const {
  HttpRequest r;
  r.method = method;
  r.url = base_url + std::string(path);
  r.proxy = proxy;
  for (auto& header : own) {
    const bool replaced = std::any_of(headers.begin(), headers.end(), [&](const Header& h) {
      return ::strcasecmp(h.first.c_str(), header.first.c_str()) == 0;
    });
    if (!replaced) r.headers.push_back(std::move(header));
  }
  r.headers.insert(r.headers.end(), headers.begin(), headers.end());
  return r;
}

}  // namespace openclaw::sdk
