// Asks the providers of a chain in turn, until one has answered or nobody is left to ask.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/turn/answer.hpp"
#include "core/pipeline/turn/failover.hpp"
#include "core/pipeline/turn/turn_house.hpp"

namespace openclaw::pipeline {

/// One question to a model, with failover, its pauses and cancel. It may be destroyed at any
/// moment, also inside its asker's functions, and then lets go of everything without a trace.
class ModelCall {
 public:
  struct Outcome {
    std::optional<Answer> answer;
    Error error;            ///< without an answer: the message is one sentence for who wrote
    std::string detail;     ///< without an answer: for the operator
    bool refused = false;   ///< by one provider at least, for what was asked, not how it fared
    bool too_long = false;  ///< the request does not fit the model: ask_again() with a shorter one
  };

  class Asker {
   public:
    virtual ~Asker() = default;
    /// The request for `model`; the only one of these that may be called inside start().
    virtual std::string body(std::string_view model) = 0;
    /// `so_far` has grown by `delta`. Returns whether anybody was shown any of it by now: from then
    /// on no other provider may start over. One that fails before is forgotten.
    virtual bool heard(const Answer& so_far, std::string_view delta) = 0;
    virtual void ended(Outcome outcome) = 0;  ///< once
  };

  /// What is asked for: "turn" names the log's events ("turn.provider_failed").
  struct Purpose {
    std::string name, session;
    std::size_t max_answer_bytes;
  };

  /// No pause reaches past `deadline`; a call that does is for the asker to cancel.
  ModelCall(TurnHouse& house, Asker& asker, Purpose purpose, std::vector<ProviderRef> chain,
            TimePoint deadline);
  ~ModelCall();
  ModelCall(const ModelCall&) = delete;
  ModelCall& operator=(const ModelCall&) = delete;

  void start();
  void ask_again();  ///< after `too_long`: the same provider, for another body
  void cancel();     ///< for good: it ends without a word

 private:
  void follow(const FailoverAttempt::Step& step);
  void call(const ProviderRef& target);
  bool on_event(ChatEvent kind, std::string_view data);
  bool on_text(std::string_view delta);
  void on_done(std::optional<ChatFailure> failure);
  [[nodiscard]] ChatFailure no_answer();
  void failed(const ChatFailure& failure);
  void give_up(const FailoverAttempt::Step& step);

  TurnHouse& house_;
  Asker& asker_;
  Purpose purpose_;
  FailoverAttempt failover_;
  std::shared_ptr<ModelCall*> alive_;  ///< shared with callbacks under way; null inside at the end
  Answer answer_;
  ProviderPort* provider_ = nullptr;
  ChatId call_ = 0;
  runtime::TimerId wait_{};
  bool shown_ = false;
  bool was_empty_ = false;  ///< an answer before this one
};

}  // namespace openclaw::pipeline
