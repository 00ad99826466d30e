// The bot's own reactions under people's messages.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "openclaw/channel.h"
#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

struct Reaction {
  std::string chat, thread, message, emoji;
  bool on = false;
  std::string extra_json{};  ///< of the message
};

/// One request at a time for each message, so that taking a reaction away never overtakes putting
/// it there; between the two only the last wish counts. Taking away is tried again after a limit
/// and after trouble on the way. Nobody is told how it ends. [strand]
class Reactions {
 public:
  static constexpr std::size_t kMaxMessages = 64;  ///< with one under way or waiting
  static constexpr std::size_t kMaxWishes = 4;     ///< that wait for one message
  static constexpr std::uint32_t kMaxWaitMs = 300'000;
  static constexpr int kMaxTries = 12;    ///< that were told to wait
  static constexpr int kMaxFailures = 6;  ///< that the platform or the way there failed
  static constexpr std::size_t kMaxLeftOut = 256;
  static constexpr std::uint32_t kNever = UINT32_MAX;  ///< an attempt's answer: leave it out

  /// How the platform answered.
  struct Outcome {
    bool later = false;          ///< a limit, or trouble that passes; else it is done, or never is
    std::uint32_t retry_ms = 0;  ///< later: not before
  };
  using Done = std::function<void(const Outcome&)>;
  /// Asks the platform. 0: under way, and `done` is to be called once, not inside. Else in how many
  /// milliseconds it may go.
  using Attempt = std::function<std::uint32_t(const Reaction&, Done done)>;

  Reactions(Host& host, Attempt attempt) : host_(host), attempt_(std::move(attempt)) {}

  void react(const oc_reaction& reaction);
  /// Begins nothing more; what is under way still calls its `done`.
  void stop();

 private:
  struct Message {
    std::deque<Reaction> wishes;  ///< the first is the next
    bool under_way = false;
    oc_op timer = 0;
    int tries = 0, failures = 0;  ///< of the first wish, or of the one that is under way
  };
  void go(const std::string& key);
  void answered(const std::string& key, Reaction wish, const Outcome& outcome);
  void remember_left_out(const std::string& what);
  void put_off(const std::string& key, std::uint32_t ms);

  Host& host_;
  Attempt attempt_;
  std::map<std::string, Message> messages_;
  /// Reactions that were to appear and did not, so that they need not be taken away: the newest.
  std::set<std::string> left_out_;
  std::deque<std::string> left_out_order_;
  bool stopped_ = false;
};

}  // namespace openclaw::sdk
