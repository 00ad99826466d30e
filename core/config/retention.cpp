#include "core/config/retention.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace openclaw::config {
namespace {

/// "30d" with {"d", ms of a day}; none for what is no number with one of these units.
std::optional<std::uint64_t> with_unit(const std::string& text,
                                       const std::map<std::string_view, std::uint64_t>& units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto unit = units.find({end, text.data() + text.size()});
  if (error != std::errc{} || unit == units.end()) return std::nullopt;
  return number * unit->second;
}

/// Empty when it is no text.
std::string text_at(const nlohmann::json& section, const char* key) {
  const auto found = section.find(key);
  return found != section.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Retention read_retention(const nlohmann::json& storage_section) {
  Retention out;
  const auto found = storage_section.find("retention");
  if (found == storage_section.end() || !found->is_object()) return out;
  constexpr std::uint64_t hour = 3'600'000, megabyte = 1'000'000;
  const auto enabled = found->find("enabled");
  out.enabled = enabled != found->end() && enabled->is_boolean() && enabled->get<bool>();
  if (const auto age = with_unit(text_at(*found, "maxAge"),
                                 {{"h", hour}, {"d", 24 * hour}, {"w", 7 * 24 * hour}})) {
    out.max_age_ms = static_cast<std::int64_t>(*age);
  }
  if (const auto most = found->find("maxSessions");
      most != found->end() && most->is_number_integer() && most->get<std::int64_t>() > 0) {
    out.max_sessions = static_cast<std::uint64_t>(most->get<std::int64_t>());
  }
  out.max_bytes =
      with_unit(text_at(*found, "maxBytes"),
                {{"MB", megabyte}, {"GB", 1'000 * megabyte}, {"TB", 1'000'000 * megabyte}});
  return out;
}

}  // namespace openclaw::config
