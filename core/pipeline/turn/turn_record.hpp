// Decides what is written when a turn ends: the transcript's new entries, and the replies.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/pipeline/lanes/lanes.hpp"
#include "core/pipeline/ports.hpp"
#include "core/pipeline/turn/answer.hpp"
#include "core/pipeline/waiting_message.hpp"

namespace openclaw::pipeline {

class TurnRecord {
 public:
  struct Keeping {
    /// The conversation is its client's own: no transcript is kept here.
    bool stateless = false;
    std::int64_t reply_ttl_ms = 0;
  };
  /// `channel` is null for a turn that is answered over HTTP only, and for a channel that is not
  /// configured now. References must outlive it.
  TurnRecord(const LaneTurn& lane, const std::vector<WaitingMessage>& messages,
             const ChannelPort* channel, Keeping keeping);

  [[nodiscard]] Finish answered(const Answer& answer, std::int64_t now_ms) const;
  [[nodiscard]] Finish silent(std::string reason, std::int64_t now_ms) const;
  /// `notice` is what the person is told; empty for the usual words.
  [[nodiscard]] Finish dead(std::string reason, const std::string& notice,
                            std::int64_t now_ms) const;

  /// One more entry for the transcript, while the turn goes on.
  [[nodiscard]] Finish noted(TranscriptEntry entry, std::int64_t now_ms) const;

  [[nodiscard]] bool stateless() const { return keeping_.stateless; }
  /// Names the turn for the channel's partials, and its replies' idempotency keys begin with it.
  [[nodiscard]] const std::string& turn_id() const { return turn_id_; }

 private:
  [[nodiscard]] Finish ending(Disposition disposition, std::string reason,
                              std::int64_t now_ms) const;
  void add_questions(Finish& write) const;
  [[nodiscard]] render::Format format() const;
  void add_replies(Finish& write, std::vector<render::Message> parts) const;

  const LaneTurn& lane_;
  const std::vector<WaitingMessage>& messages_;
  const ChannelPort* channel_;
  Keeping keeping_;
  std::string turn_id_;
};

}  // namespace openclaw::pipeline
