// Calls to a channel's loop that home waits for; the last deadline runs at home.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/pipeline/ports.hpp"
#include "core/runtime/loop.hpp"
#include "openclaw/abi.h"

namespace openclaw::host {

/// One of them, shared by home and the channel's loop; each uses its own members.
template <class T>
struct ChannelCall {
  enum class Stage : std::uint8_t { queued, handed, abandoned };

  // Home's.
  pipeline::Done<T> done;
  runtime::TimerId deadline{};
  std::uint64_t id = 0;

  // The channel's loop's.
  oc_op op = 0;

  /// Both sides': what home abandons while it is queued has surely had no effect, and never will.
  std::atomic<Stage> stage{Stage::queued};

  bool move_to(Stage next) {
    Stage queued = Stage::queued;
    return stage.compare_exchange_strong(queued, next);
  }
};

/// [home] Those under way; shared with the tasks that bring their outcomes. The channel's loop may
/// be stuck inside the plugin for good, so whoever comes first answers.
template <class T>
class ChannelCalls : public std::enable_shared_from_this<ChannelCalls<T>> {
 public:
  using Call = std::shared_ptr<ChannelCall<T>>;

  explicit ChannelCalls(runtime::Loop& home) : home_(home) {}

  Call open(runtime::Millis deadline, pipeline::Done<T> done) {
    auto call = std::make_shared<ChannelCall<T>>();
    call->done = std::move(done);
    call->id = ++last_;
    open_.emplace(call->id, call);
    call->deadline = home_.after(deadline, [self = this->shared_from_this(), call] {
      call->deadline = {};
      self->give_up(call, "the channel's loop is stuck inside its plugin");
    });
    return call;
  }
  [[nodiscard]] Call find(std::uint64_t id) const {
    const auto it = open_.find(id);
    return it == open_.end() ? nullptr : it->second;
  }
  /// [the channel's loop] Its outcome, which comes home.
  void report(const Call& call, Result<T> result) {
    home_.post([self = this->shared_from_this(), call, r = std::move(result)]() mutable {
      self->finish(call, std::move(r));
    });
  }
  void finish(const Call& call, Result<T> result) {
    if (open_.erase(call->id) == 0) return;
    home_.cancel(call->deadline);
    // What it holds ends here, at home, whoever lets go of the call.
    auto done = std::move(call->done);
    done(std::move(result));
  }
  /// The channel's loop may never report it.
  void give_up(const Call& call, const std::string& why) {
    const bool surely_not = call->move_to(ChannelCall<T>::Stage::abandoned);
    finish(call, surely_not ? Error{Errc::plugin, why, 0, true}
                            : Error{Errc::deadline, why, 0, false, true});
  }
  void give_up_all(const std::string& why) {
    while (!open_.empty()) give_up(Call(open_.begin()->second), why);
  }

 private:
  runtime::Loop& home_;
  std::map<std::uint64_t, Call> open_;
  std::uint64_t last_ = 0;
};

}  // namespace openclaw::host
