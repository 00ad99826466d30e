// Puts the bot's reactions under people's messages.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "api.hpp"
#include "openclaw/cpp/channel/reactions.hpp"
#include "sender.hpp"

namespace openclaw::telegram {

/// Telegram takes some emoji only, and each chat may allow fewer: one that was refused in a chat is
/// not tried there again.
class Reactor {
 public:
  Reactor(sdk::Host& host, Api& api, Sender& sender);

  void react(const oc_reaction& reaction) { reactions_.react(reaction); }
  void stop() { reactions_.stop(); }

 private:
  static constexpr std::size_t kMaxRefused = 256;
  std::uint32_t attempt(const sdk::Reaction& wish, const sdk::Reactions::Done& done);
  sdk::Reactions::Outcome answered(const sdk::Reaction& wish, const Answer& answer);

  sdk::Host& host_;
  Api& api_;
  Sender& sender_;
  std::set<std::string> refused_;  ///< chat and emoji
  sdk::Reactions reactions_;
};

}  // namespace openclaw::telegram
