// How many dead letters and held replies the store has, for health and metrics.
#include "core/host/storage/held_counts.hpp"

#include <nlohmann/json.hpp>
#include <optional>

namespace openclaw::host {

std::uint64_t HeldCounts::begin() {
  const std::lock_guard lock(mutex_);
  return ++begun_;
}

bool HeldCounts::read(std::string_view stats_json, std::uint64_t call) {
  const auto stats = nlohmann::json::parse(stats_json, nullptr, false);
  const auto number = [&](const char* name) -> std::optional<std::uint64_t> {
    if (!stats.is_object() || !stats.contains(name) || !stats[name].is_number_unsigned()) {
      return std::nullopt;
    }
    return stats[name].get<std::uint64_t>();
  };
  const auto messages = number("deadInbox");
  const auto replies = number("deadOutbox");
  const auto unknown = number("unknownOutbox");
  if (!messages || !replies || !unknown || *unknown > *replies) return false;
  const std::lock_guard lock(mutex_);
  if (call < read_) return true;
  read_ = call;
  counts_ = {*messages, *unknown, *replies - *unknown};
  return true;
}

HeldCounts::Snapshot HeldCounts::snapshot() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

bool HeldCounts::changed_by(const pipeline::Write& write) {
  if (const auto* finish = std::get_if<pipeline::Finish>(&write)) {
    return finish->disposition == pipeline::Disposition::dead;
  }
  if (const auto* mark = std::get_if<pipeline::MarkOutbox>(&write)) {
    return mark->state == pipeline::OutboxState::unknown ||
           mark->state == pipeline::OutboxState::dead;
  }
  return std::holds_alternative<pipeline::Resolve>(write) ||
         std::holds_alternative<pipeline::Sweep>(write);
}

}  // namespace openclaw::host
