// One turn of a session's lane: history → prompt → provider chain → stream → one durable finish.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config/config.hpp"
#include "core/log/log.hpp"
#include "core/pipeline/failover.hpp"
#include "core/pipeline/lanes.hpp"
#include "core/pipeline/message.hpp"
#include "core/pipeline/ports.hpp"
#include "core/pipeline/prompt.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {

/// A whole answer, as the one who asked over HTTP gets it.
struct Answer {
  std::string text;
  std::string model;
  std::string usage_json;     ///< {"prompt_tokens":..} or empty
  std::string finish_reason;  ///< "stop", "length", ...
};

/// Waits for a turn's answer; called on the pipeline's loop. text() may not come for an answer that
/// started over with another provider: reset() voids what came before.
class AnswerListener {
 public:
  virtual ~AnswerListener() = default;
  virtual void text(std::string_view delta) = 0;
  virtual void done(Result<Answer> answer) = 0;  ///< once, after the answer is durable
};

/// A message that waits for its turn, or has it.
struct WaitingMessage {
  std::uint64_t id = 0;
  std::string agent;
  Inbound message;
  /// Shared with the HTTP handler that created it, which outlives a client that went away.
  std::shared_ptr<AnswerListener> listener;
  std::uint32_t tries = 0;  ///< turns that were given back since this start
};

/// What a turn needs of the house; owned by the pipeline.
struct TurnHouse {
  runtime::Loop& loop;
  StorePort& store;
  log::Log& log;
  Cooldowns& cooldowns;
  const std::map<std::string, ProviderPort*>& providers;
  std::function<double()> jitter;  ///< uniform in [0, 1)
  std::function<std::int64_t()> unix_ms;
  runtime::Millis store_retry;      ///< before a write or read that failed is tried again
  std::function<void()> slot_free;  ///< a turn needs its model no more: another may start
};

struct TurnResult {
  /// retry: the store failed before anything was done; the messages still wait.
  /// fenced: another epoch owns them.
  enum class Kind : std::uint8_t { answered, silent, dead, fenced, retry } kind = Kind::answered;
  std::uint64_t first_outbox_id = 0;
  std::vector<OutboxEntry> outbox;  ///< ids follow first_outbox_id
};

class Turn {
 public:
  /// `channel` is null for a turn that is answered over HTTP only. `finished` is called once, after
  /// which the turn may be destroyed.
  Turn(TurnHouse& house, LaneGuard guard, LaneTurn lane, std::vector<WaitingMessage> messages,
       const config::Agent& agent, std::vector<ProviderRef> chain, ChannelPort* channel,
       std::int64_t reply_ttl_ms, std::function<void(TurnResult)> finished);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  void start();
  /// Ends it soon: its messages count as silent (`/stop`).
  void cancel();

  [[nodiscard]] const std::vector<WaitingMessage>& messages() const { return messages_; }
  [[nodiscard]] const std::string& session() const { return lane_.session; }

 private:
  void count_attempt();
  void give_back(const Error& error);
  void read_history();
  void prepared();
  void follow(const FailoverAttempt::Step& step);
  void call(const ProviderRef& target);
  bool on_event(ChatEvent kind, std::string_view data);
  void on_done(std::optional<ChatFailure> failure);
  void finish(TurnResult::Kind kind, std::string reason);
  void commit(Finish write, TurnResult result);
  void show(PartialKind kind, std::string_view text);
  void keep_typing();
  void end_show();
  [[nodiscard]] std::vector<OutboxEntry> replies(const std::string& text) const;
  [[nodiscard]] const Inbound& last() const { return messages_.back().message; }
  [[nodiscard]] runtime::TimePoint now() const { return runtime::SteadyClock::now(); }

  TurnHouse& house_;
  LaneGuard guard_;
  LaneTurn lane_;
  std::vector<WaitingMessage> messages_;
  const config::Agent& agent_;
  ChannelPort* channel_;
  std::int64_t reply_ttl_ms_;
  std::function<void(TurnResult)> finished_;
  std::shared_ptr<Turn*> alive_;  ///< shared with callbacks under way; null inside once destroyed
  FailoverAttempt failover_;
  std::optional<Prompt> prompt_;
  std::optional<std::vector<TranscriptEntry>> history_;
  std::string turn_id_;
  std::string notice_;  ///< what the person is told when there is no answer
  Answer answer_;
  ProviderPort* provider_ = nullptr;
  ChatId call_ = 0;
  runtime::TimerId timer_{}, typing_timer_{}, deadline_{};
  std::uint32_t commit_tries_ = 0, history_tries_ = 0;
  bool attempt_counted_ = false, attempt_failed_ = false, stateless_ = false, visible_ = false,
       cancelled_ = false, finishing_ = false, shown_ = false;
};

}  // namespace openclaw::pipeline
