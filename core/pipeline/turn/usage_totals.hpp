// Adds up what a conversation has cost, from what its transcript holds.
#pragma once

#include <cstdint>
#include <string>

#include "core/pipeline/ports.hpp"

namespace openclaw::pipeline {

class UsageTotals {
 public:
  /// An answer without token_usage_of() its meta_json counts as an answer only.
  void add(const HistoryEntry& entry);

  /// For the person who asks; says of how many answers the tokens are known.
  [[nodiscard]] std::string text() const;

 private:
  std::uint64_t asked_ = 0, answered_ = 0, counted_ = 0, in_ = 0, out_ = 0, bytes_ = 0;
};

}  // namespace openclaw::pipeline
