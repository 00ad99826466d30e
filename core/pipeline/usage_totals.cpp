#include "core/pipeline/usage_totals.hpp"

#include <nlohmann/json.hpp>

namespace openclaw::pipeline {
namespace {

using nlohmann::json;

std::uint64_t count_at(const json& usage, const char* key) {
  const auto found = usage.find(key);
  return found != usage.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  return std::to_string((bytes + 512) / 1024) + " KiB";
}

}  // namespace

void UsageTotals::add(const TranscriptEntry& entry) {
  bytes_ += entry.text.size();
  if (entry.role == Role::user) ++asked_;
  if (entry.role != Role::assistant) return;
  ++answered_;
  // Most of the time there is nothing to parse for.
  if (entry.meta_json.find("\"usage\"") == std::string::npos) return;
  const json meta = json::parse(entry.meta_json, nullptr, false);
  if (!meta.is_object()) return;
  const auto usage = meta.find("usage");
  if (usage == meta.end() || !usage->is_object()) return;
  const std::uint64_t in = count_at(*usage, "prompt_tokens");
  const std::uint64_t out = count_at(*usage, "completion_tokens");
  if (in + out == 0) return;
  ++counted_;
  in_ += in;
  out_ += out;
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
