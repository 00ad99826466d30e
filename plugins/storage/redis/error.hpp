// What can go wrong between the plugin and the server.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace openclaw::redis {

using TimePoint = std::chrono::steady_clock::time_point;
TimePoint deadline_in(std::uint32_t ms);
/// What is left for poll(2), at most a minute; throws RedisError (deadline) when nothing is.
int poll_ms(TimePoint deadline);

struct RedisError : std::runtime_error {
  enum class Kind {
    unreachable,  ///< no connection: nothing was sent
    refused,      ///< the server knows us and says no, as it will again: password, database, TLS
    lost,         ///< cut after a command was sent: its outcome is open
    deadline,     ///< given up while a command ran, and the connection with it
    server,       ///< the server refused the command, with `code`
  };
  RedisError(Kind what_kind, const std::string& what, std::string what_code = {})
      : std::runtime_error(what), kind(what_kind), code(std::move(what_code)) {}
  Kind kind;
  std::string code;  ///< an error's first word, as OOM or NOPERM, or empty
};

}  // namespace openclaw::redis
