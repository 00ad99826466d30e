#include "core/host/storage/store_stats.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

Result<pipeline::StoreStats> stats_of(std::string_view json) {
  const auto stats = nlohmann::json::parse(json, nullptr, false);
  const auto has = [&](const char* name) {
    return stats.is_object() && stats.contains(name) && stats[name].is_number_integer();
  };
  if (!has("sessions") || !has("usedBytes") || !stats["sessions"].is_number_unsigned() ||
      !stats["usedBytes"].is_number_unsigned()) {
    return Error{Errc::plugin,
                 "the storage plugin's stats lack sessions or usedBytes: install another version"};
  }
  pipeline::StoreStats out{stats["sessions"].get<std::uint64_t>(),
                           stats["usedBytes"].get<std::uint64_t>()};
  if (has("nowMs")) out.now_ms = stats["nowMs"].get<std::int64_t>();
  return out;
}

void put_text(void* ctx, oc_str said) noexcept {
  *static_cast<std::string*>(ctx) = sdk::copy(said);
}

}  // namespace openclaw::host
