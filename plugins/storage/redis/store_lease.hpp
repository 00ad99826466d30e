// Takes a store for one gateway.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "link.hpp"
#include "openclaw/cpp/holder_watch.hpp"
#include "openclaw/cpp/storage.hpp"
#include "settings.hpp"

namespace openclaw::redis {

constexpr std::uint32_t kLeaseMs = 10'000;

/// 32 hexadecimal digits that nobody guesses.
std::string fresh_secret();
/// Another token of the same holder.
std::string next_token_after(const std::string& token);

struct Taken {
  std::string identity;          ///< of the store, for as long as it is this one
  std::string name = "gateway";  ///< what the scripts know us by: that, or "member:7"
  std::string token;             ///< ours, of how often the store was taken and a secret
  bool is_new = false;           ///< there was none
  bool was_torn = false;         ///< its last batch was cut in the middle
};

/// What one that lives has, as open.lua and join.lua say it: the store for itself, a share of it,
/// or the name that is asked for.
constexpr std::string_view kHasAll = "alone", kHasShare = "shared", kHasName = "name";

/// Waits for those that have what is asked for, while it is worth it: see sdk::HolderWatch.
class Holders {
 public:
  /// `refusal`: the sentence about one that lives, of what it has (kHasAll ...), in which %H is its
  /// name.
  using Refusal = std::function<std::string(std::string_view what)>;
  Holders(Refusal refusal, TimePoint deadline) : refusal_(std::move(refusal)), watch_(deadline) {}

  /// One has it for `left_ms` more, unless it renews that. Returns when it is worth asking again:
  /// its process is gone, or a while has passed. Throws StoreError, OC_E_AGAIN, when it lives.
  void meet(const std::string& process, std::int64_t left_ms, std::string_view what);
  /// Its lease has ended, and it has `left_ms` to renew that all the same, as the server may have
  /// been away; `mark` changes when one of several does. Returns when it is worth asking again.
  /// Throws StoreError, OC_E_AGAIN, when there is no time for that.
  void await_renewal(const std::string& process, std::int64_t left_ms, std::int64_t mark);
  /// For how long they were seen lapsed, with which mark: open.lua's.
  Args& add_lapsed(Args& args) const;
  /// One that lives and is soon done. Throws RedisError (deadline).
  void wait_for(const std::string& process);
  /// The processes that are.
  [[nodiscard]] const std::vector<std::string>& gone() const { return watch_.gone(); }

 private:
  [[nodiscard]] sdk::StoreError refused(const std::string& process, std::string_view what,
                                        const std::string& more = {}) const;

  Refusal refusal_;
  sdk::HolderWatch watch_;
};

/// Throws StoreError when the answer of open.lua or join.lua is that the store cannot be used.
void refuse_unusable(const Reply& answer, const Settings& settings);

/// Makes the store when there is none, and takes it: at once when the process that
/// holds it is gone, else when its lease has ended. Throws RedisError, and StoreError: OC_E_AGAIN
/// while another gateway holds it.
Taken take_store(Link& link, const Settings& settings, TimePoint deadline);
/// The same, for a dump.
Taken take_store_to_dump(Link& link, const Settings& settings, TimePoint deadline);

/// The store's identity, for a reader. Throws RedisError, and StoreError when there is none, or one
/// of another version.
std::string look_at_store(Link& link, const Settings& settings, TimePoint deadline);

}  // namespace openclaw::redis
