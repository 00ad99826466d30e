// Decides what of a conversation a summary replaces, and what stays word for word.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/ports.hpp"

namespace openclaw::pipeline {

/// A summary is one more entry of the transcript, of the role system, whose meta_json says from
/// which entry on the conversation stands beside it: {"compacted":{"from":id}}. So one write makes
/// a compaction, nothing is removed, and entries that were added meanwhile are in nobody's way.

/// What the model is shown of a history (oldest first): the last summary, then the entries that it
/// does not cover. Without a summary: everything. Points into `history`.
std::vector<const HistoryEntry*> folded(const History& history);

/// About four bytes of text to a token, as for English: other languages are kept shorter than the
/// bound rather than longer.
std::uint64_t estimated_tokens(std::string_view text);

class Compaction {
 public:
  struct Keep {
    std::uint64_t tokens = 20'000;  ///< OpenClaw's figure
    std::size_t entries = 25;       ///< so that the summary and what is kept fit into a prompt
    bool half_at_most = false;      ///< of what there is: for a prompt that proved too long
  };

  /// `history` as the store has it, oldest first. Keeps the newest entries within both bounds; what
  /// is kept begins with a question.
  Compaction(const History& history, Keep keep);

  /// Whether there is anything to summarise but an earlier summary.
  [[nodiscard]] bool worthwhile() const { return covered_ > 0; }
  [[nodiscard]] std::size_t covered() const { return covered_; }  ///< entries to be summarised

  /// What the model is asked: instructions, and the text to summarise, an earlier summary included.
  [[nodiscard]] static std::string_view instructions();
  [[nodiscard]] const std::string& question() const { return question_; }

  /// The entry to append once the model has answered.
  [[nodiscard]] TranscriptEntry summary(std::string_view answer, std::int64_t ts_ms) const;

 private:
  std::string question_;
  std::size_t covered_ = 0;
  std::uint64_t from_ = 0;  ///< id of the first entry that stays
};

}  // namespace openclaw::pipeline
