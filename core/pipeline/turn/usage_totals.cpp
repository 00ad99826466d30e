#include "core/pipeline/turn/usage_totals.hpp"

#include "core/pipeline/turn/token_usage.hpp"

namespace openclaw::pipeline {
namespace {

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  return std::to_string((bytes + 512) / 1024) + " KiB";
}

}  // namespace

void UsageTotals::add(const HistoryEntry& entry) {
  bytes_ += entry.text.size();
  if (entry.role == Role::user) ++asked_;
  if (entry.role != Role::assistant) return;
  ++answered_;
  const auto usage = token_usage_of(entry.meta_json);
  if (!usage) return;
  ++counted_;
  in_ += usage->prompt;
  out_ += usage->completion;
}

std::string UsageTotals::text() const {
  if (asked_ + answered_ == 0) return "This conversation is empty.";
  std::string out = "Messages: " + std::to_string(asked_) + " asked, " + std::to_string(answered_) +
                    " answered, " + size_text(bytes_);
  if (counted_ == 0) return out + "\nTokens: not known";
  out += "\nTokens: " + std::to_string(in_) + " read, " + std::to_string(out_) + " written";
  if (counted_ < answered_) {
    out += ", known for " + std::to_string(counted_) + " of the answers";
  }
  return out;
}

}  // namespace openclaw::pipeline
