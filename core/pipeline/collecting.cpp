// One of several gateways: what it takes of the common share, and what they tell each other.
#include "core/pipeline/pipeline.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::pipeline {

using runtime::Millis;

namespace {

constexpr std::uint32_t kReplies = 200;  ///< a round
constexpr Millis kAskAgain{200};
constexpr int kRaces = 5;

// Topics of notices.
constexpr char kCut[] = "cut", kStop[] = "stop", kChanged[] = "changed", kMended[] = "mended";

}  // namespace

Wanted Pipeline::wanted() const {
  const std::size_t room = lanes_.most_own() - std::min(lanes_.most_own(), lanes_.waiting());
  return {static_cast<std::uint32_t>(room), kReplies, delivery_.outlets()};
}

void Pipeline::collected(Collected got) {
  // Notices first: they tell of turns that were cut, whose messages may be among these.
  for (const Notice& notice : got.notices) heed(notice);
  for (const OutboxRow& row : got.replies) delivery_.recovered(row);
  for (const InboxRow& row : got.messages) welcome(row);
  more_to_collect_ = got.more;
  if (!got.messages.empty()) pump();
  if (env_.collected) env_.collected();
}

void Pipeline::welcome(const InboxRow& row) {
  ledger_.recover(1);
  if (!place(row) || row.attempts != 0) return;
  const auto waiting = waiting_.find(row.id);
  if (waiting == waiting_.end()) return;
  const Inbound& message = waiting->second.message;
  if (auto* shown = ack(message.instance)) shown->accepted(message);
  waiting_indicators_.waits(row.session, row.id, channel(message.instance), message);
  if (config_.queue.mode != "interrupt") return;
  if (const auto turn = turns_.find(row.session); turn != turns_.end()) turn->second->cancel();
}

void Pipeline::heed(const Notice& notice) {
  if (notice.topic == kCut) {
    if (auto merged = cut_turns_.merge(notice.text); merged.has_error()) {
      env_.log.warn("cluster.bad_notice",
                    {{"from", notice.from}, {"error", merged.error().message}});
    }
  } else if (notice.topic == kStop) {
    stop_session(notice.text);
  } else if (notice.topic == kMended) {
    cooldowns_.clear();
  } else if (notice.topic == kChanged) {
    refresh(notice.text, [](const Result<void>&) {});
  } else if (env_.noticed) {
    env_.noticed(notice);
  }
}

/// The operator has mended what failed, and wants it tried.
void Pipeline::mended() {
  cooldowns_.clear();
  tell_others(kMended, {});
}

void Pipeline::tell_others(std::string topic, std::string text) {
  if (!collector_) return;
  env_.store.write(
      SendNotice{{}, std::move(topic), std::move(text)},
      [alive = alive_](const Result<Written>& written) {
        if (*alive == nullptr || !written.has_error()) return;
        (*alive)->env_.log.warn("cluster.not_told", {{"error", written.error().message}});
      });
}

std::string Pipeline::cut_key() const {
  auto* shared = env_.store.shared();
  return shared == nullptr ? "cut" : "cut/" + shared->instance();
}

// ---- questions over HTTP: their client waits here ----

bool Pipeline::is_elsewhere(const Result<Written>& written,
                            const std::shared_ptr<AnswerListener>& listener,
                            runtime::TimePoint give_up) const {
  return collector_ && listener && written.has_error() && written.error().code == Errc::conflict &&
         !draining_ && runtime::SteadyClock::now() < give_up;
}

void Pipeline::ask_again(Inbound message, Router::Route route,
                         std::shared_ptr<AnswerListener> listener, runtime::TimePoint give_up,
                         Done<Submitted> done) {
  env_.loop.after(kAskAgain, [alive = alive_, m = std::move(message), r = std::move(route),
                              l = std::move(listener), give_up, d = std::move(done)]() mutable {
    if (*alive == nullptr) return;
    (*alive)->store_inbound(std::move(m), std::move(r), std::move(l), give_up, std::move(d));
  });
}

// ---- what the core keeps under a key, and others may change ----

Result<void> Pipeline::restore(const std::string& key, const std::string& value) {
  if (key == "pairing") return pairing_.restore(value);
  if (key == "models") {
    // Nobody is let in or kept out by these: go on with the agents' own models.
    if (auto restored = models_.restore(value); restored.has_error()) {
      env_.log.error("models.not_restored", {{"error", restored.error().message}});
    }
  } else if (key == cut_key()) {
    // At worst a message is given up earlier than it need be.
    if (auto restored = cut_turns_.restore(value); restored.has_error()) {
      env_.log.error("turns.cut_not_restored", {{"error", restored.error().message}});
    }
  }
  return {};
}

/// Reads it; what was never written stays as it is.
void Pipeline::refresh(const std::string& key, std::function<void(const Result<void>&)> done) {
  env_.store.value("core", key,
                   [alive = alive_, key, d = std::move(done)](Result<StoredValue> stored) {
                     if (*alive == nullptr) return;
                     Pipeline& self = **alive;
                     if (!stored.has_error()) {
                       self.versions_[key] = stored->version;
                       d(self.restore(key, stored->value));
                     } else if (stored.error().code == Errc::not_found) {
                       self.versions_[key] = 0;
                       d(Result<void>{});
                     } else {
                       d(stored.error());
                     }
                   });
}

/// Of several gateways only on top of what was read last, and the others hear of it.
void Pipeline::keep(const std::string& key, std::string value, Done<Written> done) {
  const std::uint64_t expected = collector_ ? versions_[key] : UINT64_MAX;
  env_.store.write(PutValue{"core", key, std::move(value), expected},
                   [alive = alive_, key, d = std::move(done)](Result<Written> written) mutable {
                     if (*alive != nullptr && !written.has_error()) {
                       (*alive)->versions_[key] = written->id;
                       (*alive)->tell_others(kChanged, key);
                     }
                     d(std::move(written));
                   });
}

/// Another gateway wrote in between: read what it wrote, and do it again on top of that.
bool Pipeline::lost_race(const Result<Written>& written, int tries) const {
  return collector_ && written.has_error() && written.error().code == Errc::conflict &&
         tries < kRaces;
}

}  // namespace openclaw::pipeline
