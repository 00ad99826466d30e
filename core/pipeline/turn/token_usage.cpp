#include "core/pipeline/turn/token_usage.hpp"

#include <nlohmann/json.hpp>

namespace openclaw::pipeline {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMostTokens = 1'000'000'000;  // of one answer; more is no count of tokens
constexpr std::size_t kLongestUsage = 16U << 10U;

std::uint64_t count_at(const json& usage, const char* key) {
  const auto found = usage.find(key);
  if (found == usage.end() || !found->is_number_unsigned()) return 0;
  const auto count = found->get<std::uint64_t>();
  return count <= kMostTokens ? count : 0;
}

std::optional<TokenUsage> from(const json& usage) {
  if (!usage.is_object()) return std::nullopt;
  const TokenUsage out{count_at(usage, "prompt_tokens"), count_at(usage, "completion_tokens")};
  if (out.prompt + out.completion == 0) return std::nullopt;
  return out;
}

}  // namespace

std::optional<TokenUsage> token_usage_from(std::string_view usage_json) {
  if (usage_json.empty() || usage_json.size() > kLongestUsage) return std::nullopt;
  return from(json::parse(usage_json, nullptr, false));
}

std::string answer_meta(const std::string& model, const std::string& turn_id,
                        const std::optional<TokenUsage>& usage) {
  json meta{{"model", model}, {"turn", turn_id}};
  if (usage) {
    meta["usage"] = {{"prompt_tokens", usage->prompt}, {"completion_tokens", usage->completion}};
  }
  return meta.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<TokenUsage> token_usage_of(std::string_view meta_json) {
  // Most of the time there is nothing to parse for.
  if (meta_json.find("\"usage\"") == std::string_view::npos) return std::nullopt;
  const json meta = json::parse(meta_json, nullptr, false);
  if (!meta.is_object()) return std::nullopt;
  const auto usage = meta.find("usage");
  return usage == meta.end() ? std::nullopt : from(*usage);
}

}  // namespace openclaw::pipeline
