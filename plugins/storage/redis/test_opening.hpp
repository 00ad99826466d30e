// Whether the store "opening" at an address can be opened, used or shared.
#pragma once

#include <string>

#include "openclaw/abi.h"

namespace openclaw::redis {

/// What a writer said while it opened, and why it did not.
struct Opened {
  std::string refusal{};
  oc_status status = OC_OK;
  std::string told{};  ///< "event: words" a line
};

Opened open_writer(const std::string& url);

/// Whether the store at that address can be used, whole; the reason if not.
std::string use(const std::string& url);

/// Whether two gateways can share the store at that address; the reason if not.
std::string share(const std::string& url);

}  // namespace openclaw::redis
