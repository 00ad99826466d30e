// Whether a chat told the tokens that it took, in the one form there is.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "openclaw/testing/fake_host.hpp"

namespace openclaw::testing {

/// The last of `op`'s usages has the prompt's, the completion's and all tokens as whole numbers.
inline ::testing::AssertionResult tells_usage(const FakeHost& host, oc_op op) {
  std::string told;
  for (const auto& e : host.emitted) {
    if (e.op != op) continue;
    if (e.kind == OC_CHAT_USAGE) told = e.data;
    if (e.kind == OC_CHAT_FINISH) break;  // too late for the turn
  }
  if (told.empty()) return ::testing::AssertionFailure() << "no usage before the finish";
  const auto usage = nlohmann::json::parse(told, nullptr, false);
  for (const char* key : {"prompt_tokens", "completion_tokens", "total_tokens"}) {
    if (!usage.is_object() || !usage.contains(key) || !usage[key].is_number_unsigned())
      return ::testing::AssertionFailure() << "no number under " << key << ": " << told;
  }
  const auto sum =
      usage["prompt_tokens"].get<std::uint64_t>() + usage["completion_tokens"].get<std::uint64_t>();
  if (sum == 0 || usage["total_tokens"] != sum)
    return ::testing::AssertionFailure() << "the total is not the sum: " << told;
  return ::testing::AssertionSuccess();
}

}  // namespace openclaw::testing
