// Asks an agent's providers for the summary of one conversation.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config/config.hpp"
#include "core/pipeline/turn/compaction.hpp"
#include "core/pipeline/turn/model_call.hpp"
#include "core/pipeline/turn/prompt.hpp"
#include "core/pipeline/turn/turn_house.hpp"

namespace openclaw::pipeline {

/// Reads the history and asks; storing the summary is left to who asked for it. Destroyed before
/// its end, it lets go of everything without a trace.
class Compactor : private ModelCall::Asker {
 public:
  struct Outcome {
    std::optional<TranscriptEntry> summary;  ///< to be appended
    std::string said;                        ///< for the person who asked
  };
  /// asked: of all that is old. overflow: of what a turn's prompt showed, since more than that did
  /// not fit the model; at most half of it stays word for word.
  enum class Reason : std::uint8_t { asked, overflow };
  /// `finished` is called once, never inside start(); then this may be destroyed.
  Compactor(TurnHouse& house, Reason reason, std::string session, const config::Agent& agent,
            std::vector<ProviderRef> chain, std::function<void(Outcome)> finished);
  ~Compactor() override;
  Compactor(const Compactor&) = delete;
  Compactor& operator=(const Compactor&) = delete;

  void start();

 private:
  void plan(const History& history);
  std::string body(std::string_view model) override;
  bool heard(const Answer&, std::string_view) override { return false; }  // nobody is shown any
  void ended(ModelCall::Outcome outcome) override;
  void finish(Outcome outcome);

  TurnHouse& house_;
  Reason reason_;
  std::string session_;
  const config::Agent& agent_;
  std::function<void(Outcome)> finished_;
  std::shared_ptr<Compactor*> alive_;  ///< shared with callbacks under way; null inside once gone
  ModelCall model_;
  std::optional<Compaction> compaction_;
  std::optional<Prompt> prompt_;
  runtime::TimerId deadline_{};
};

}  // namespace openclaw::pipeline
