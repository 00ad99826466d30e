// Remembers which strangers asked to be let in and which were.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/runtime/error.hpp"

namespace openclaw::pipeline {

/// Every channel's pairing codes and approved peers. `channel` is a channel instance: "telegram",
/// "telegram/work". The caller persists serialise() after each change (request with is_new,
/// approve, revoke) and hands it to restore() at start.
class Pairing {
 public:
  static constexpr std::int64_t kValidMs = 3'600'000;
  static constexpr std::size_t kMaxPending = 3;  ///< per channel instance
  /// A request that has waited so long gives way to a new one when all places are taken. Before
  /// that nobody can push it out, so that strangers who keep asking cost three replies in this
  /// time.
  static constexpr std::int64_t kSureMs = 600'000;

  struct Pending {
    std::string channel, peer, code;
    std::int64_t expires_unix_ms = 0;
  };
  struct Request {
    std::string code;            ///< empty when full
    bool is_new = false;         ///< false: this peer was given the code before
    bool full = false;           ///< kMaxPending others wait already
    bool tell_operator = false;  ///< full, and for the first time in kSureMs on this channel
  };
  enum class Revoked : std::uint8_t { nothing, request, approval };

  /// `random` must be unpredictable: a guessed code is not enough to get in (the operator
  /// approves), but it lets a stranger pose as the expected one.
  explicit Pairing(std::function<std::uint32_t()> random);

  /// An empty peer is answered as full. Not to be asked for approved peers.
  Request request(std::string_view channel, std::string_view peer, std::int64_t unix_ms);
  /// The peer never learned its code: forget it.
  void withdraw(std::string_view channel, std::string_view peer);
  [[nodiscard]] bool approved(std::string_view channel, std::string_view peer) const;
  /// Any case, blanks and dashes ignored. Errc::not_found for an unknown or expired code.
  Result<Pending> approve(std::string_view channel, std::string_view code, std::int64_t unix_ms);
  /// The approval could not be stored: the peer waits again, with the same code.
  void unapprove(Pending request);
  /// Forgets the peer's approval and its request.
  Revoked revoke(std::string_view channel, std::string_view peer);
  [[nodiscard]] std::vector<Pending> pending(std::int64_t unix_ms) const;
  /// (channel, peer), sorted.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> approved_list() const;

  [[nodiscard]] std::string serialise() const;
  /// On an error nothing changes.
  Result<void> restore(std::string_view json);

 private:
  void drop_expired(std::int64_t unix_ms);
  bool make_place(std::string_view channel, std::int64_t unix_ms);
  Request refuse(std::string_view channel, std::int64_t unix_ms);
  [[nodiscard]] std::string fresh_code();

  std::function<std::uint32_t()> random_;
  std::vector<Pending> pending_;
  std::set<std::pair<std::string, std::string>> approved_;
  std::map<std::string, std::int64_t, std::less<>> told_operator_;  ///< by channel instance, when
};

}  // namespace openclaw::pipeline
