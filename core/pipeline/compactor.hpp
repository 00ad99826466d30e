// Asks an agent's providers for the summary of one conversation.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config/config.hpp"
#include "core/pipeline/compaction.hpp"
#include "core/pipeline/failover.hpp"
#include "core/pipeline/prompt.hpp"
#include "core/pipeline/turn.hpp"

namespace openclaw::pipeline {

/// Reads the history and asks; storing the summary is left to who asked for it. Destroyed before
/// its end, it lets go of everything without a trace.
class Compactor {
 public:
  struct Outcome {
    std::optional<TranscriptEntry> summary;  ///< to be appended
    std::string said;                        ///< for the person who asked
  };
  /// `finished` is called once, never inside start(); then this may be destroyed.
  Compactor(TurnHouse& house, std::string session, const config::Agent& agent,
            std::vector<ProviderRef> chain, std::function<void(Outcome)> finished);
  ~Compactor();
  Compactor(const Compactor&) = delete;
  Compactor& operator=(const Compactor&) = delete;

  void start();

 private:
  void plan(const std::vector<TranscriptEntry>& history);
  void follow(const FailoverAttempt::Step& step);
  void call(const ProviderRef& target);
  void on_done(std::optional<ChatFailure> failure);
  void finish(Outcome outcome);

  TurnHouse& house_;
  std::string session_;
  const config::Agent& agent_;
  std::function<void(Outcome)> finished_;
  std::shared_ptr<Compactor*> alive_;  ///< shared with callbacks under way; null inside once gone
  FailoverAttempt failover_;
  std::optional<Compaction> compaction_;
  std::optional<Prompt> prompt_;
  std::string answer_;
  ProviderPort* provider_ = nullptr;
  ChatId call_ = 0;
  runtime::TimerId timer_{}, deadline_{};
};

}  // namespace openclaw::pipeline
