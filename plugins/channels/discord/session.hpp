// Decides what the gateway connection does next: a state machine without I/O, clock or randomness
// of its own.
//
// The promises it keeps: a session is resumed from the last event whose fate is durable; a new one
// is begun only when Discord wants it so, and never above session_start_limit.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "answer.hpp"
#include "event_limit.hpp"
#include "identify_budget.hpp"
#include "openclaw/cpp/channel/backoff.hpp"
#include "payload.hpp"

namespace openclaw::discord {

/// What to do next, in order.
struct Action {
  enum class Kind {
    look_up,  ///< GET /gateway/bot, then found() or look_up_failed()
    connect,  ///< to `text`
    save,     ///< make the budget durable, then saved()
    send,     ///< `text`, with OC_SEND_SECRETS when `secrets`
    close,    ///< with `code`; closed() follows
    beat_in,  ///< call beat() in `ms`; replaces the one before; 0 = no more
    wake_in,  ///< call woken() in `ms`; replaces the one before; 0 = no more
  };
  Kind kind;
  std::string text;
  bool secrets = false;
  std::uint64_t ms = 0;
  std::uint32_t code = 0;
};
using Actions = std::vector<Action>;

struct Health {
  std::uint32_t state = 0;  ///< OC_STATE_*
  std::string reason;
  bool operator==(const Health&) const = default;
};

/// What GET /gateway/bot said.
struct GatewayInfo {
  std::string url;
  std::int64_t remaining = 0, reset_after_ms = 0;
};

/// What is needed to go on where we were.
struct Resumable {
  std::string session_id, url, bot_id;
  std::int64_t seq = 0;  ///< everything up to it is durable
  [[nodiscard]] bool any() const { return !session_id.empty(); }
  bool operator==(const Resumable&) const = default;
};

class Session {
 public:
  /// So many RESUMEs that end without RESUMED, and a new session is begun.
  static constexpr int kMaxResumes = 3;
  /// Heartbeats are no rarer than this, so that a dead connection shows within 120 s.
  static constexpr std::uint64_t kMaxBeatMs = 55'000;
  static constexpr std::uint64_t kHelloMs = 20'000;
  static constexpr std::uint64_t kReadyMs = 30'000;

  Session(std::string key_prefix, std::uint64_t seed);

  Actions start(Resumable saved, IdentifyBudget budget, std::int64_t now_ms);
  Actions found(const GatewayInfo& info, std::int64_t now_ms);
  Actions look_up_failed(const ApiError& error, std::int64_t now_ms);
  Actions received(const Payload& payload, std::int64_t now_ms);
  /// What came is no payload, or no zlib.
  Actions unreadable(std::int64_t now_ms);
  /// What Kind::save asked for was written, or cannot be.
  Actions saved(std::int64_t now_ms);
  Actions beat(std::int64_t now_ms);
  Actions woken(std::int64_t now_ms);
  /// `words` say how, for people.
  Actions closed(std::uint32_t code, const std::string& words, std::int64_t now_ms);
  /// The host will not connect there at all.
  Actions forbidden(const std::string& sentence);
  /// Ends the connection so that the session can be resumed. Nothing follows but closed().
  Actions stop();

  /// Everything up to `seq` is durable.
  void durable(std::int64_t seq);
  /// While held, reading is paused, and no ACK can come.
  void hold(bool held);

  [[nodiscard]] const Health& health() const { return health_; }
  [[nodiscard]] const Resumable& resumable() const { return resumable_; }
  [[nodiscard]] const IdentifyBudget& budget() const { return budget_; }
  [[nodiscard]] bool failed_for_good() const { return phase_ == Phase::failed; }
  [[nodiscard]] bool live() const { return phase_ == Phase::live; }
  [[nodiscard]] bool has_been_live() const { return was_live_; }
  /// Discord has said hello over the connection that is there now.
  [[nodiscard]] bool greeted() const {
    return phase_ == Phase::saving || phase_ == Phase::identifying || phase_ == Phase::resuming ||
           phase_ == Phase::live;
  }
  /// No new session may be begun now, whichever gateway asks.
  [[nodiscard]] bool limited(std::int64_t now_ms) const {
    return !resumable_.any() && budget_.wait_ms(now_ms) != 0;
  }
  /// An ACK has come since the connection stands.
  [[nodiscard]] bool proven() const { return proven_; }

 private:
  enum class Phase {
    idle,
    looking_up,
    waiting,     ///< before the next attempt
    connecting,  ///< until HELLO
    saving,      ///< the IDENTIFY that goes out next is being counted
    identifying,
    resuming,
    live,
    closing,
    failed,
    stopped,
  };
  Actions begin(std::int64_t now_ms);
  Actions connect_to(const std::string& url);
  Actions hello(const Payload& payload, std::int64_t now_ms);
  Actions heartbeat_wanted(std::int64_t now_ms);
  Actions dispatched(const Payload& payload, std::int64_t now_ms);
  Actions invalid_session(bool resumable);
  Actions close_then(std::uint64_t wait_ms, std::string words);
  Actions retry_in(std::uint64_t ms);
  Actions give_up(std::string reason);
  void lost(const std::string& words);
  void came_alive();
  std::uint64_t between(std::uint64_t low, std::uint64_t high);

  static constexpr std::uint64_t kByBackoff = UINT64_MAX;

  std::string key_prefix_;
  std::mt19937_64 random_;
  Phase phase_ = Phase::idle;
  Health health_;
  Resumable resumable_;
  IdentifyBudget budget_;
  EventLimit limit_;
  sdk::Backoff backoff_;
  std::string gateway_url_;
  std::uint64_t beat_ms_ = 0;
  std::int64_t counted_at_ms_ = 0;  ///< the IDENTIFY that is being saved
  bool counted_late_ = false;       ///< the storage is slow
  std::uint64_t after_close_ms_ = kByBackoff;
  int failed_resumes_ = 0, failed_connects_ = 0;
  bool acked_ = true, held_ = false, proven_ = false;
  bool may_hurry_ = true;  ///< one reconnect at once for each connection that has proven itself
  bool was_live_ = false;  ///< since the start; words differ
  bool resume_sent_ = false;
};

/// What people are told when the token was refused, or when Discord cannot be reached.
std::string token_refusal(const std::string& key_prefix, const ApiError& error);
std::string unreachable(const std::string& key_prefix, const ApiError& error);

/// True for addresses that a session may be resumed at: nothing in them may grow into more.
bool is_gateway_url(const std::string& url);

}  // namespace openclaw::discord
