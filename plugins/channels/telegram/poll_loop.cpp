// The long poll's I/O.
#include "poll_loop.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "requests.hpp"

namespace openclaw::telegram {

namespace {
using nlohmann::json;
constexpr std::uint32_t kGetMeMs = 20'000;
constexpr std::uint32_t kPollGraceMs = 30'000;

/// update_ids belong to one bot: another token must not inherit its offset.
std::string offset_key(const Bot& bot) {
  return "offset." + std::to_string(bot.id);
}
}  // namespace

PollLoop::PollLoop(sdk::Host& host, sdk::ChannelStatus& status, Api& api, std::string key_prefix,
                   std::uint64_t seed, ReceiverEvents events)
    : host_(host),
      status_(status),
      api_(api),
      events_(std::move(events)),
      poller_(std::move(key_prefix), seed, host.now_ms()),
      lease_(host, "poll", {[this] { begin(); }, [this] { rest(); }}),
      updates_metric_(host.define_counter("updates_total", "Updates received from Telegram.")),
      errors_metric_(host.define_counter("poll_errors_total", "Polls that failed.")) {}

void PollLoop::start() {
  report();
  carry_out(poller_.start());
  watch();
}

void PollLoop::stop() {
  if (!stopping_) {
    stopping_ = true;
    poller_.stop();
    lease_.stop();
    api_.cancel(call_);
    host_.cancel(std::exchange(timer_, 0));
    host_.cancel(std::exchange(watch_timer_, 0));
    reached();
    save_offset();
  }
  host_.post([this] { check_idle(); });
}

void PollLoop::check_idle() {
  if (!stopping_ || idle_told_) return;
  if (poller_.submits_under_way() != 0 || call_ != 0 || loading_ || saving_) return;
  idle_told_ = true;
  events_.idle();
}

void PollLoop::report() {
  if (stopping_ || poller_.health() == reported_) return;
  reported_ = poller_.health();
  status_.set(reported_.state, reported_.reason);
}

void PollLoop::log_error(const char* event, const ApiError& error) {
  host_.add(errors_metric_, 1);
  const std::uint32_t level = poller_.failed_for_good() ? OC_LOG_ERROR : OC_LOG_WARN;
  if (!host_.logs(level)) return;
  host_.log(level, event,
            sdk::to_text(json{{"error", error.sentence()}, {"remedy", poller_.health().reason}}));
}

void PollLoop::carry_out(const Step& step) {
  report();
  switch (step.kind) {
    case Step::Kind::nothing:
      return;
    case Step::Kind::get_me:
      return identify();
    case Step::Kind::get_updates:
      return poll(step);
    case Step::Kind::submit:
      return submit(step.submit);
    case Step::Kind::wait:
      timer_ = host_.after(step.wait_ms, [this] {
        timer_ = 0;
        carry_out(poller_.resume(host_.now_ms()));
      });
      return;
  }
}

void PollLoop::identify() {
  const std::uint64_t generation = ++generation_;
  call_ = api_.call("getMe", {}, kGetMeMs, [this, generation](const Answer& answer) {
    if (generation != generation_) return;  // given up as stalled
    call_ = 0;
    std::optional<sdk::Failure> refused;
    if (stopping_) return check_idle();
    if (answer.error) {
      const Step step = poller_.failed(*answer.error, host_.now_ms());
      log_error("telegram.get_me_failed", *answer.error);
      if (poller_.failed_for_good()) {
        host_.evidence(OC_EVIDENCE_RECEIVE_LOST);
        refused = sdk::Failure{OC_E_AUTH, poller_.health().reason, OC_EF_NOT_DONE};
      }
      carry_out(step);
    } else if (auto bot = decode_bot(answer.body)) {
      bot_ = std::move(*bot);
      offset_.emplace(host_, offset_key(bot_));
      poller_.rest();
      lease_.want();
    } else {
      carry_out(poller_.unreadable());
    }
    if (!std::exchange(first_told_, true)) events_.started(std::move(refused));
  });
}

/// Whoever polled before has written how far they came: so it is read anew each time, and not
/// before what this gateway had under way itself has ended.
void PollLoop::begin() {
  if (stopping_ || !lease_.held() || loading_ || saving_) return;
  if (call_ != 0 || poller_.submits_under_way() != 0) return;
  resting_ = false;
  loading_ = offset_->get([this](const auto& failure, const std::string& value) {
    loading_ = false;
    if (stopping_) return check_idle();
    if (resting_) return begin();
    loaded(failure, value);
  });
  if (loading_) return;
  trouble();
  carry_out(poller_.identified(0, host_.now_ms()));
}

/// Another gateway polls.
void PollLoop::rest() {
  resting_ = true;
  reached();
  host_.cancel(std::exchange(timer_, 0));
  api_.cancel(call_);
  poller_.rest(Health{OC_STATE_CONNECTED, "another gateway polls this bot; sends work here"});
  report();
}

void PollLoop::yield_for(std::uint64_t ms) {
  resting_ = true;
  reached();
  poller_.rest();
  lease_.put_off(ms);
  host_.cancel(std::exchange(timer_, 0));
  api_.cancel(call_);
  report();
}

void PollLoop::trouble() {
  const std::int64_t now = host_.now_ms();
  step_down_.trying(now);
  if (trouble_timer_ != 0) return;
  trouble_timer_ = host_.after(static_cast<std::uint64_t>(*step_down_.next_ms() - now), [this] {
    trouble_timer_ = 0;
    if (step_down_.due(host_.now_ms(), host_.others())) return yield_for(sdk::StepDown::kPauseMs);
    trouble();
  });
}

void PollLoop::reached() {
  step_down_.reached();
  host_.cancel(std::exchange(trouble_timer_, 0));
}

void PollLoop::loaded(const std::optional<sdk::Failure>& failure, const std::string& value) {
  std::int64_t offset = 0;
  if (!failure) {
    const json saved = json::parse(value, nullptr, false);
    const bool fresh =
        saved.is_object() && sdk::integer_at(saved, "unixMs") + Poller::kExpiryMs > host_.unix_ms();
    if (fresh) offset = sdk::integer_at(saved, "offset");
  } else {
    // Telegram keeps what was not confirmed, and the gateway knows duplicates: go on without.
    host_.log(
        OC_LOG_WARN, "telegram.offset_not_loaded",
        sdk::to_text(json{{"error", failure->message}, {"remedy", "look at the storage's state"}}));
  }
  saved_offset_ = offset;
  trouble();  // until the first poll has completed
  carry_out(poller_.identified(offset, host_.now_ms()));
}

void PollLoop::poll(const Step& step) {
  if (!lease_.check()) return;
  const std::uint64_t generation = ++generation_;
  const auto total_ms = static_cast<std::uint32_t>(step.timeout_s) * 1000 + kPollGraceMs;
  call_ = api_.call(
      "getUpdates", get_updates_body(step.offset, Poller::kLimit, step.timeout_s), total_ms,
      [this, generation](const Answer& answer) {
        if (generation != generation_) return;  // given up as stalled
        call_ = 0;
        if (stopping_) return check_idle();
        if (resting_) return begin();
        if (answer.error) {
          const Step next = poller_.failed(*answer.error, host_.now_ms());
          log_error(answer.error->status == 409 ? "telegram.poll_conflict" : "telegram.poll_failed",
                    *answer.error);
          if (poller_.failed_for_good() || answer.error->status == 409) {
            host_.evidence(OC_EVIDENCE_RECEIVE_LOST);
          }
          // The other one may be a gateway that took itself for the holder: it shall be it then.
          if (next.contested && host_.others() > 0) return yield_for(next.wait_ms);
          if (poller_.failed_for_good()) lease_.release();
          // A conflict or a limit is the bot's: the others would hear the same.
          const std::uint32_t status = answer.error->status;
          const bool bots_own = status == 409 || status == 429;
          if (bots_own || poller_.failed_for_good()) {
            reached();
          } else {
            trouble();
          }
          return carry_out(next);
        }
        auto updates = decode_updates(answer.body, bot_);
        if (!updates) {
          trouble();
          return carry_out(poller_.unreadable());
        }
        reached();
        status_.token_works();
        host_.evidence(OC_EVIDENCE_RECEIVED);
        host_.add(updates_metric_, static_cast<double>(updates->size()));
        batch_ = std::move(*updates);
        std::vector<std::int64_t> ids;
        ids.reserve(batch_.size());
        for (const Update& update : batch_) ids.push_back(update.id);
        carry_out(poller_.received(ids, host_.now_ms()));
      });
}

void PollLoop::submit(const std::vector<std::size_t>& indexes) {
  for (const std::size_t index : indexes) submit_one(index);
}

void PollLoop::submit_one(std::size_t index) {
  const auto settle = [this, index](bool final) {
    const Step step = poller_.settled(index, final);
    if (poller_.submits_under_way() == 0) save_offset();
    carry_out(step);
    if (resting_) begin();
    check_idle();
  };
  const auto& incoming = batch_[index].message;
  if (!incoming) return settle(true);
  const IncomingView borrowed(*incoming);
  const oc_op op =
      host_.submit(borrowed.message(), [this, settle](const std::optional<sdk::Failure>& failure,
                                                      std::string_view, const std::string&) {
        const bool final = !failure || failure->code == OC_E_INVAL;
        if (failure) {
          host_.log(OC_LOG_WARN, final ? "telegram.update_refused" : "telegram.update_not_stored",
                    sdk::to_text(json{{"error", failure->message}}));
        }
        settle(final);
      });
  if (op == 0) host_.post([settle] { settle(false); });
}

void PollLoop::save_offset() {
  const std::int64_t offset = poller_.offset();
  if (saving_ || !offset_ || offset == saved_offset_ || offset == 0) return;
  const std::string value = sdk::to_text(json{{"offset", offset}, {"unixMs", host_.unix_ms()}});
  saving_ = offset_->put(value, [this, offset](const auto& failure) { saved(offset, failure); });
}

void PollLoop::saved(std::int64_t offset, const std::optional<sdk::Failure>& failure) {
  saving_ = false;
  const bool conflict = failure && failure->code == OC_E_CONFLICT;
  if (!failure) {
    saved_offset_ = offset;
    save_offset();  // what came meanwhile
  } else if (conflict && lease_.held() && !resting_) {
    save_over_another();
  } else {
    // With another gateway's offset there it is that one's matter.
    if (conflict) saved_offset_ = offset;
    host_.log(OC_LOG_DEBUG, "telegram.offset_not_saved",
              sdk::to_text(json{{"error", failure->message}}));
  }
  if (resting_) begin();
  check_idle();
}

/// What an earlier holder still wrote is older than what the holder knows.
void PollLoop::save_over_another() {
  saving_ = offset_->get([this](const auto& failure, const std::string&) {
    saving_ = false;
    if (!failure) save_offset();
    if (resting_) begin();
    check_idle();
  });
}

void PollLoop::watch() {
  const std::uint64_t in_ms = std::max<std::uint64_t>(1, poller_.stalls_in_ms(host_.now_ms()));
  watch_timer_ = host_.after(in_ms, [this] {
    watch_timer_ = 0;
    if (poller_.failed_for_good()) return;
    if (poller_.stalls_in_ms(host_.now_ms()) == 0) {
      host_.evidence(OC_EVIDENCE_RECEIVE_LOST);
      const Step step = poller_.stalled(host_.now_ms());
      if (step.kind != Step::Kind::nothing) {
        host_.log(OC_LOG_WARN, "telegram.poll_stalled", R"({"remedy":"check the network"})");
        api_.cancel(call_);
        host_.cancel(std::exchange(timer_, 0));
        if (!resting_) trouble();
      }
      carry_out(step);
    }
    watch();
  });
}

}  // namespace openclaw::telegram
