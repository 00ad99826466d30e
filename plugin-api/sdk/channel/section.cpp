// Reads what the core hands to a channel.
#include "openclaw/cpp/channel/section.hpp"

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/plugin.hpp"

namespace openclaw::sdk {

namespace {

std::string prefix_of(std::string_view name) {
  const auto slash = name.find('/');
  std::string prefix = "channels." + std::string(name.substr(0, slash)) + ".";
  if (slash != std::string_view::npos) {
    prefix += "accounts." + std::string(name.substr(slash + 1)) + ".";
  }
  return prefix;
}

}  // namespace

ChannelSection::ChannelSection(std::string_view name, std::string_view config_json)
    : name_(name),
      prefix_(prefix_of(name)),
      json_(parse_bounded(config_json.empty() ? "{}" : config_json)) {
  if (!json_.is_object()) {
    throw Refused(prefix_.substr(0, prefix_.size() - 1) + " must be a mapping");
  }
}

std::string ChannelSection::route(std::string_view leaf) const {
  return "/channels/" + name_ + "/" + std::string(leaf);
}

void ChannelSection::refuse(std::string_view key, std::string_view why) const {
  throw Refused(prefix_ + std::string(key) + " " + std::string(why));
}

const nlohmann::json* ChannelSection::find(const char* key) const {
  const auto& found = member_at(json_, key);
  return found.is_null() ? nullptr : &found;
}

std::string ChannelSection::text(const char* key) const {
  const auto* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_string()) refuse(key, "must be a string, in quotes");
  return value->get<std::string>();
}

void ChannelSection::require(const char* key, std::string_view remedy) const {
  if (text(key).empty()) refuse(key, "is missing: " + std::string(remedy));
}

std::string ChannelSection::address(const char* key, std::string_view otherwise) const {
  std::string found = text(key);
  if (found.empty()) found = otherwise;
  while (found.size() > 1 && found.back() == '/') found.pop_back();
  return found;
}

bool ChannelSection::flag(const char* key, bool otherwise) const {
  const auto* value = find(key);
  if (value == nullptr) return otherwise;
  if (!value->is_boolean()) refuse(key, "must be true or false");
  return value->get<bool>();
}

std::int64_t ChannelSection::number(const char* key, std::int64_t low, std::int64_t high,
                                    std::int64_t otherwise) const {
  const auto* value = find(key);
  if (value == nullptr) return otherwise;
  const bool fits = value->is_number_integer() && value->get<std::int64_t>() >= low &&
                    value->get<std::int64_t>() <= high;
  if (!fits) {
    refuse(key, "must be a number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return value->get<std::int64_t>();
}

}  // namespace openclaw::sdk
