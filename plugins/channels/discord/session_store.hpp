// Keeps what a restart needs to resume: the session, its sequence, the IDENTIFY budget.
#pragma once

#include <functional>
#include <string>

#include "openclaw/cpp/channel/shared_value.hpp"
#include "openclaw/cpp/host.hpp"
#include "session.hpp"

namespace openclaw::discord {

struct Saved {
  Resumable resumable;
  IdentifyBudget budget;
};

/// As text, and back. What cannot be read is as if nothing had been saved.
std::string encode_saved(const Saved& saved, std::int64_t now_ms, std::int64_t unix_ms);
Saved decode_saved(const std::string& text, std::int64_t now_ms, std::int64_t unix_ms);

class SessionStore {
 public:
  static constexpr std::uint64_t kEveryMs = 5'000;
  static constexpr std::uint64_t kReadAgainMs = 10'000;

  /// `ours`: whether this gateway is the one that may write; what an earlier one still wrote is
  /// older.
  SessionStore(sdk::Host& host, std::function<bool()> ours)
      : host_(host), value_(host, "session"), ours_(std::move(ours)) {}
  /// `done` comes once, not inside, when it is known what there is. Until then `waits` is told,
  /// each time the storage could not say: to begin anew would throw a session away that can be
  /// resumed.
  void load(std::function<void(Saved)> done, std::function<void()> waits);
  /// Saves at once when the session or the budget changed, the sequence at most every kEveryMs.
  void keep(const Session& session);
  /// Saves it at once; `done` comes once it is durable, not inside, and not at all when it cannot
  /// be. One at a time.
  void save(const Session& session, std::function<void()> done);
  /// Saves what is left; `done` comes once nothing is under way any more.
  void finish(const Session& session, std::function<void()> done);

 private:
  void put(const Session& session);
  void put_failed(const sdk::Failure& failure);
  void put_over(bool stored);
  void end();

  sdk::Host& host_;
  sdk::SharedValue value_;
  std::function<bool()> ours_;
  const Session* session_ = nullptr;
  Resumable kept_;
  std::int64_t kept_remaining_ = INT64_MAX;
  oc_op timer_ = 0, again_timer_ = 0, load_timer_ = 0;
  bool loading_ = false, saving_ = false, again_ = false, ended_ = false;
  std::function<void()> saved_, finished_;
};

}  // namespace openclaw::discord
