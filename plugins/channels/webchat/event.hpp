// What gateways tell each other of a conversation, so that its tabs see the same at each of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol.hpp"

namespace openclaw::webchat {

constexpr std::size_t kMaxEvent = std::size_t{1} << 20U;  ///< bytes; the host tells no more

struct Event {
  enum class Kind : std::uint8_t {
    message,  ///< the person's own
    answer,
    begin,
    text,  ///< follows `at` bytes of this turn's text
    reset,
    end,
    typing,
    lost,  ///< what cannot be told: tabs are to read the conversation afresh
  };
  Kind kind = Kind::lost;
  std::string origin;   ///< the process that tells it
  std::uint64_t n = 0;  ///< counts what this process told of this conversation, from 1
  std::string sender, conversation;
  std::string access{};  ///< as a welcome has it
  std::string id{};      ///< message; answer: its key
  std::string turn{}, text{};
  std::uint64_t at = 0;
  std::int64_t ts = 0;
  bool on = false;
  std::vector<MessageFile> files{};
};

std::string encode(const Event& event);
/// Nothing for what no gateway of this version tells.
std::optional<Event> decode_event(std::string_view text);

}  // namespace openclaw::webchat
