// Which send may go now, and when to come back with one that may not.
//
// WhatsApp lets one message every 6 s through to a person, and 45 at once on credit (131056). No
// I/O; the clock is handed in. Nothing waits here: a reply that waits is safe with the gateway, not
// in a process that may die.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "send_error.hpp"

namespace openclaw::whatsapp {

/// A number of ours and who is written to from it.
struct Pair {
  std::string number, chat;
  bool operator<(const Pair& other) const {
    return number != other.number ? number < other.number : chat < other.chat;
  }
};

class SendRates {
 public:
  static constexpr std::int64_t kIntervalMs = 6'000;
  static constexpr std::int64_t kBurst = 45;
  /// How long to stay away while the one before it, to the same chat, is under way.
  static constexpr std::uint32_t kUnderWayMs = 500;

  /// 0: it goes now, and done() follows. Else in how many milliseconds to come back.
  std::uint32_t begin(const Pair& pair, std::int64_t now_ms);
  void done(const Pair& pair);
  /// For what may be left out, such as a reaction: 0, and it is counted; else how long it may not
  /// go. It leaves half of a person's credit to replies.
  std::uint32_t spend(const Pair& pair, std::int64_t now_ms);
  /// Meta said so: nothing of that scope goes for `ms`.
  void hold(Scope scope, const Pair& pair, std::uint32_t ms, std::int64_t now_ms);
  /// How long this pair is held; 0 = it is not.
  [[nodiscard]] std::uint32_t held_ms(const Pair& pair, std::int64_t now_ms) const;
  [[nodiscard]] std::size_t remembered() const { return pairs_.size(); }

 private:
  static constexpr std::size_t kRememberedPairs = 1024;
  /// Those who were held up all come back; each is named a moment of its own.
  static constexpr std::int64_t kSpreadMs = 20;
  struct State {
    std::int64_t full_at_ms = 0;  ///< when the burst's credit is whole again
    std::int64_t held_until_ms = 0;
    bool under_way = false;
  };
  struct Held {
    std::int64_t until_ms = 0;
    std::int64_t told = 0;  ///< how many were told to come back
  };
  State& state_of(const Pair& pair, std::int64_t now_ms);
  [[nodiscard]] static std::int64_t back_at(Held& held, std::int64_t now_ms);

  std::map<Pair, State> pairs_;
  std::map<std::string, Held> numbers_;
  Held all_;
  std::size_t forget_above_ = kRememberedPairs;
};

}  // namespace openclaw::whatsapp
