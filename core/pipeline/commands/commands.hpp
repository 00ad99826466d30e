// Recognises what is addressed to the gateway itself: chat commands, and an agent's wish for
// silence.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openclaw::pipeline {

struct Command {
  std::string name;      ///< without the slash, lower case: new reset status help whoami stop
                         ///< model usage compact
  std::string argument;  ///< trimmed, may be empty
};

/// `/name argument` or `/name@bot argument` in any case. An unknown command is a message like any
/// other: nullopt.
std::optional<Command> parse_command(std::string_view text);

/// NO_REPLY alone, in any case.
bool is_silent_reply(std::string_view text);

/// Whether an answer that begins like this may still become a silent reply.
bool may_be_silent_reply(std::string_view begun);

}  // namespace openclaw::pipeline
