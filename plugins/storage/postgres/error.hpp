// What can go wrong between the plugin and the server.
#pragma once

#include <stdexcept>
#include <string>

namespace openclaw::postgres {

struct PgError : std::runtime_error {
  enum class Kind {
    unreachable,  ///< no connection: nothing was sent
    full,         ///< the server has as many connections as it may: nothing was sent
    refused,      ///< the server knows us and says no, as it will again: password, database, TLS
    unusable,     ///< libpq does not take what the URL or a variable says: nothing was sent
    lost,         ///< cut after a statement was sent: its outcome is open
    deadline,     ///< given up while a statement ran, and the connection with it
    server,       ///< the server refused the statement, with `sqlstate`
  };
  PgError(Kind what_kind, const std::string& what, std::string state = {})
      : std::runtime_error(what), kind(what_kind), sqlstate(std::move(state)) {}
  Kind kind;
  std::string sqlstate;  ///< five characters, or empty
};

}  // namespace openclaw::postgres
