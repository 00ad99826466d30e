// The one error type of the core: what went wrong, as a code to decide on and a sentence to show.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <utility>

namespace openclaw {

enum class Errc : std::uint8_t {
  invalid,      ///< the caller's input is wrong; repeating it will not help
  unsupported,  ///< the slot, format or feature is absent
  again,        ///< back-pressure: a queue or limit is full, try later
  cancelled,    ///< asked for by the owner
  deadline,     ///< took too long
  network,      ///< refused, reset, unresolvable
  auth,         ///< credentials were refused
  rate,         ///< the other side limits us; see retry_after
  conflict,     ///< version or epoch mismatch: fenced out
  not_found,    ///< no such thing
  too_large,    ///< over a size cap
  plugin,       ///< a plugin broke its contract, crashed or is fenced
  storage,      ///< the store failed: the transaction surely did not happen
  unknown,      ///< the outcome is not known: it may or may not have happened
  permanent,    ///< refused for good (403 blocked by user): never retry
};

struct Error {
  Errc code = Errc::invalid;
  std::string message;               ///< one sentence; never holds a secret
  std::uint32_t retry_after_ms = 0;  ///< 0 = not said
  bool retryable = false;            ///< the same request may succeed later
  bool maybe_done = false;           ///< the side effect may have happened
  int http_status = 0;               ///< upstream's status where there was one, else 0
};

template <class T>
using Result = boost::system::result<T, Error>;

[[noreturn]] inline void throw_exception_from_error(const Error& e,
                                                    const boost::source_location& loc) {
  boost::throw_exception(std::runtime_error(e.message), loc);
}

}  // namespace openclaw
