// Takes a store for one gateway.
#pragma once

#include <cstdint>
#include <string>

#include "link.hpp"
#include "settings.hpp"

namespace openclaw::redis {

constexpr std::int64_t kLeaseMs = 10'000;
constexpr const char* kSchemaVersion = "1";

/// 32 hexadecimal digits that nobody guesses.
std::string fresh_secret();
/// Another token of the same holder.
std::string next_token_after(const std::string& token);

struct Taken {
  std::string identity;   ///< of the store, for as long as it is this one
  std::string token;      ///< ours, of how often the store was taken and a secret
  bool is_new = false;    ///< there was none
  bool was_torn = false;  ///< its last batch was cut in the middle
};

/// Makes the store when there is none, and takes it: at once when the process that
/// holds it is gone, else when its lease has ended. Throws RedisError, and StoreError: OC_E_AGAIN
/// while another gateway holds it.
Taken take_store(Link& link, const Settings& settings, TimePoint deadline);

/// The store's identity, for a reader. Throws RedisError, and StoreError when there is none, or one
/// of another version.
std::string look_at_store(Link& link, const Settings& settings, TimePoint deadline);

}  // namespace openclaw::redis
