#include "core/pipeline/place.hpp"

#include <nlohmann/json.hpp>

namespace openclaw::pipeline {
namespace {

using nlohmann::json;

std::string text_at(const json& place, const char* key) {
  const auto found = place.find(key);
  return found != place.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Place place_of(std::string_view extra_json) {
  Place out;
  // Most messages have none, and are not worth the parser.
  if (extra_json.find("\"place\"") == std::string_view::npos) return out;
  const json extra = json::parse(extra_json, nullptr, false);
  if (!extra.is_object()) return out;
  const auto place = extra.find("place");
  if (place == extra.end() || !place->is_object()) return out;
  out.parent_chat = text_at(*place, "parent");
  out.guild = text_at(*place, "guild");
  out.team = text_at(*place, "team");
  if (const auto roles = place->find("roles"); roles != place->end() && roles->is_array()) {
    for (const json& role : *roles) {
      if (role.is_string()) out.roles.push_back(role.get<std::string>());
    }
  }
  return out;
}

}  // namespace openclaw::pipeline
