// Decides what follows an attempt to send a reply.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/runtime/error.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {
using runtime::Millis;
using runtime::TimePoint;

struct DeliveryOptions {
  std::uint32_t max_attempts = 3;
  Millis first{1000};   ///< pause after the first failure, doubling
  Millis cap{30'000};   ///< of the pause that is chosen here; a retry_after is honoured in full
  Millis minimum{500};  ///< between two attempts
  /// After the channel handed a reply back unsent, however soon it wants it again: each time costs
  /// two durable writes.
  Millis handed_back_minimum{50};
  double jitter = 0.1;
  std::string resend_unknown = "hold";  ///< hold | resend
};

/// What is known about the message when an attempt at it is over.
struct SendOutcome {
  bool sent = false;
  Error error;                         ///< when not sent
  std::uint32_t attempts = 1;          ///< that counted, this one included
  bool doubted = false;                ///< an earlier attempt may have arrived
  std::int64_t sent_unix_ms = 0;       ///< when the first attempt that may have arrived began
  std::uint64_t idempotent_ms = 0;     ///< the channel's, see ChannelTraits
  std::optional<Millis> expires_in{};  ///< from now
};

enum class Next : std::uint8_t {
  sent,
  retry_at,  ///< with the same idempotency key
  unknown,   ///< may have arrived: kept for the operator
  dead,
};

struct DeliveryDecision {
  Next next = Next::sent;
  TimePoint at{};      ///< retry_at
  bool counts = true;  ///< false: this attempt does not use up one of max_attempts
  /// The channel did not try: it names the moment at which it can. No failure.
  bool handed_back = false;
  std::string reason;  ///< unknown, dead: for the outbox row and the log
};

class DeliveryPolicy {
 public:
  DeliveryPolicy(DeliveryOptions options, std::function<double()> random01);

  DeliveryDecision after_attempt(const SendOutcome& outcome, TimePoint now, std::int64_t unix_ms);
  /// Whether what was first sent then, and may have arrived, may be sent again now: by the
  /// operator's leave, or while the platform would know it again.
  [[nodiscard]] bool may_resend(std::uint64_t idempotent_ms, std::int64_t sent_unix_ms,
                                std::int64_t unix_ms) const;

 private:
  Millis pause_after(std::uint32_t attempts);

  DeliveryOptions options_;
  std::function<double()> random01_;
};

}  // namespace openclaw::pipeline
