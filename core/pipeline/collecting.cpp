// One of several gateways: what it takes of the common share, and what they tell each other.
#include "core/pipeline/pipeline.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace openclaw::pipeline {

using runtime::Millis;

namespace {

constexpr std::uint32_t kMessages = 256, kReplies = 200;  // a round
constexpr Millis kAskSoon{200}, kAskLater{1000}, kNew{60'000}, kRefreshEvery{60'000},
    kClocksDiffer{1'000};

/// What the gateways keep together.
constexpr const char* kEverybodys[] = {"pairing", "models"};

// Topics of notices.
constexpr char kCut[] = "cut", kStop[] = "stop", kChanged[] = "changed", kMended[] = "mended";

}  // namespace

/// How many more sessions are wanted here. Those that are being stored will wait here, too: a burst
/// comes before the first of it is stored.
std::size_t Pipeline::lanes_wanted() const {
  const std::size_t wanted = lanes_.lanes_wanted();
  return wanted - std::min(wanted, storing_here_.size());
}

/// Whether a message of this session is for whoever has a place.
bool Pipeline::has_enough_for(const std::string& session) const {
  return !lanes_.has(session) && !storing_here_.contains(session) && lanes_wanted() == 0;
}

void Pipeline::stored_here(const std::string& session) {
  const auto found = storing_here_.find(session);
  if (--found->second == 0) storing_here_.erase(found);
}

Wanted Pipeline::wanted() {
  const auto room = static_cast<std::uint32_t>(lanes_wanted());
  asked_outlets_ = delivery_.outlets();
  asked_at_ = runtime::SteadyClock::now();
  return {kMessages, kReplies, room, asked_outlets_};
}

void Pipeline::collected(Collected got) {
  // Notices first: they tell of turns that were cut, whose messages may be among these.
  for (const Notice& notice : got.notices) heed(notice);
  if (got.replies.size() < kReplies) delivery_.all_collected(asked_outlets_, asked_at_);
  for (const OutboxRow& row : got.replies) delivery_.recovered(row);
  for (const InboxRow& row : got.messages) welcome(row);
  more_to_collect_ = got.more;
  if (!got.messages.empty()) pump();
  if (asked_at_ - refreshed_at_ > kRefreshEvery) {
    // A notice may be lost with the gateway that sent it.
    refreshed_at_ = asked_at_;
    for (const char* key : kEverybodys) values_.read(key);
  }
  if (env_.collected) env_.collected();
}

void Pipeline::welcome(const InboxRow& row) {
  ledger_.recover(1);
  // One that has waited long was accepted by the rules of its time, as those that a start finds.
  place(row, row.attempts == 0 && env_.unix_ms() - row.received_ms < kNew.count());
}

void Pipeline::heed(const Notice& notice) {
  if (notice.topic == kCut) {
    if (auto merged = cut_turns_.merge(notice.text); merged.has_error()) {
      env_.log.warn("cluster.bad_notice",
                    {{"from", notice.from}, {"error", merged.error().message}});
    }
  } else if (notice.topic == kStop) {
    // "TIME SESSION": what came later is not meant, as far as the gateways' clocks agree.
    std::int64_t asked_ms = 0;
    const char* const end = notice.text.data() + notice.text.size();
    const auto [behind, failed] = std::from_chars(notice.text.data(), end, asked_ms);
    if (failed == std::errc{} && behind != end) {
      stop_session({behind + 1, end}, asked_ms + kClocksDiffer.count());
    }
  } else if (notice.topic == kMended) {
    cooldowns_.clear();
  } else if (notice.topic == kChanged) {
    const bool known = std::find(std::begin(kEverybodys), std::end(kEverybodys), notice.text) !=
                       std::end(kEverybodys);
    if (known) values_.read(notice.text);  // else a later version's
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
  const auto left = give_up - runtime::SteadyClock::now();
  const bool is_young = left > Millis{50'000};
  env_.loop.after(is_young ? kAskSoon : kAskLater, [alive = alive_, m = std::move(message),
                                                    r = std::move(route), l = std::move(listener),
                                                    give_up, d = std::move(done)]() mutable {
    if (*alive == nullptr || (*alive)->draining_) {
      d(Error{Errc::again, "the gateway is stopping", 1000, true});
      return;
    }
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
  } else if (key == kCut) {
    // At worst a message is given up earlier than it need be.
    if (auto restored = collector_ ? cut_turns_.merge(value) : cut_turns_.restore(value);
        restored.has_error()) {
      env_.log.error("turns.cut_not_restored", {{"error", restored.error().message}});
    }
  }
  return {};
}

/// Of several gateways the others hear of it.
void Pipeline::keep(const std::string& key, std::string value, Done<Written> done) {
  values_.write(key, std::move(value), std::move(done));
  // With the same commit, so that it is not lost with this gateway. Of what failed it tells in
  // vain.
  if (key != kCut) tell_others(kChanged, key);
}

}  // namespace openclaw::pipeline
