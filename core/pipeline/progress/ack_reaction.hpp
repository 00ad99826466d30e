// Decides which messages get the bot's reaction as acknowledgement, and shows it.
#pragma once

#include <string>
#include <vector>

#include "core/pipeline/ports.hpp"
#include "core/pipeline/waiting_message.hpp"

namespace openclaw::pipeline {

struct AckSettings {
  std::string emoji;            ///< empty = none
  std::string scope = "group";  ///< group | direct | all; a word that is not known is none
  bool remove_after_reply = false;
};

class AckReaction {
 public:
  /// `channel` must outlive it.
  AckReaction(AckSettings settings, ChannelPort& channel);

  void accepted(const Inbound& message);
  void answered(const std::vector<WaitingMessage>& messages);

 private:
  [[nodiscard]] bool covers(const Inbound& message) const;
  void react(const Inbound& message, bool on);

  AckSettings settings_;
  ChannelPort& channel_;
};

}  // namespace openclaw::pipeline
