// A History of entries that a test has at hand.
#pragma once

#include <vector>

#include "core/pipeline/ports.hpp"

namespace openclaw::pipeline {

inline History history_of(const std::vector<TranscriptEntry>& entries) {
  History out;
  for (const TranscriptEntry& e : entries) {
    out.add({e.id, e.role, e.ts_ms, e.text, e.meta_json});
  }
  return out;
}

}  // namespace openclaw::pipeline
