// The gateway connection's decisions.
#include "session.hpp"

#include <algorithm>

#include "close_code.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/host/status.h"
#include "snowflake.hpp"

namespace openclaw::discord {

namespace {
using Kind = Action::Kind;
constexpr std::uint64_t kFirstMs = 5'000;
constexpr std::uint64_t kCapMs = 300'000;
constexpr int kMaxConnects = 3;
/// Not 1000 or 1001, which end the session.
constexpr std::uint32_t kKeepSession = 4000;

Action beat_in(std::uint64_t ms) {
  return {Kind::beat_in, {}, false, ms, 0};
}
Action wake_in(std::uint64_t ms) {
  return {Kind::wake_in, {}, false, ms, 0};
}
Action close_action() {
  return {Kind::close, {}, false, 0, kKeepSession};
}
Action send(std::string text, bool secrets = false) {
  return {Kind::send, std::move(text), secrets, 0, 0};
}

bool is_session_id(const std::string& id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}
}  // namespace

std::string token_refusal(const std::string& key_prefix, const ApiError& error) {
  return key_prefix + "botToken was refused by Discord (" + error.sentence() +
         "): in the Developer Portal open your application, Bot, Reset Token, and set the new "
         "token";
}

std::string unreachable(const std::string& key_prefix, const ApiError& error) {
  return "Discord cannot be reached (" + error.sentence() + "); trying again: check " + key_prefix +
         "apiRoot and the network";
}

bool is_gateway_url(const std::string& url) {
  const bool scheme = url.rfind("wss://", 0) == 0 || url.rfind("ws://", 0) == 0;
  return scheme && url.size() <= 256 && std::all_of(url.begin(), url.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  std::string_view("-._:/[]").find(c) != std::string_view::npos;
         });
}

Session::Session(std::string key_prefix, std::uint64_t seed)
    : key_prefix_(std::move(key_prefix)),
      random_(seed),
      health_{OC_STATE_CONNECTING, ""},
      backoff_(kFirstMs, kCapMs, seed + 1) {}

std::uint64_t Session::between(std::uint64_t low, std::uint64_t high) {
  return std::uniform_int_distribution<std::uint64_t>(low, high)(random_);
}

Actions Session::start(Resumable saved, IdentifyBudget budget, std::int64_t now_ms) {
  if (is_session_id(saved.session_id) && is_gateway_url(saved.url) && saved.seq >= 0 &&
      is_snowflake(saved.bot_id)) {
    resumable_ = std::move(saved);
  }
  budget_ = budget;
  return begin(now_ms);
}

Actions Session::begin(std::int64_t now_ms) {
  if (const auto ms = budget_.wait_ms(now_ms); ms != 0 && !resumable_.any()) {
    health_ = {OC_STATE_DEGRADED,
               "Discord allows this bot no new session for " + std::to_string(ms / 60'000 + 1) +
                   " minutes, because too many were begun: look for another program that logs in "
                   "with the same token; it goes on by itself"};
    return retry_in(ms);
  }
  if (const auto ms = budget_.next_in_ms(now_ms); ms != 0 && !resumable_.any()) {
    return retry_in(static_cast<std::uint64_t>(ms));
  }
  // A resume address that cannot be reached says nothing about the session: ask for another way.
  if (resumable_.any() && failed_connects_ < kMaxConnects) return connect_to(resumable_.url);
  phase_ = Phase::looking_up;
  return {{Kind::look_up, {}, false, 0, 0}};
}

Actions Session::connect_to(const std::string& url) {
  phase_ = Phase::connecting;
  resume_sent_ = proven_ = held_ = false;
  limit_.reset();
  const bool slash = url.find('/', url.find("://") + 3) != std::string::npos;
  return {{Kind::connect, url + (slash ? "" : "/") + "?v=10&encoding=json&compress=zlib-stream",
           false, 0, 0},
          wake_in(kHelloMs)};
}

Actions Session::found(const GatewayInfo& info, std::int64_t now_ms) {
  if (phase_ != Phase::looking_up) return {};
  budget_.learn(info.remaining, info.reset_after_ms, now_ms);
  if (!is_gateway_url(info.url)) {
    lost("what answers at " + key_prefix_ + "apiRoot is not Discord's API: check that address");
    return retry_in(backoff_.next());
  }
  gateway_url_ = info.url;
  if (!resumable_.any() && budget_.wait_ms(now_ms) != 0) return begin(now_ms);
  failed_connects_ = 0;
  return connect_to(gateway_url_);
}

Actions Session::look_up_failed(const ApiError& error, std::int64_t /*now_ms*/) {
  if (phase_ != Phase::looking_up) return {};
  if (error.transport && error.transport->code == OC_E_AUTH) {
    return give_up(error.transport->message);
  }
  if (error.status == 401) {
    return give_up(token_refusal(key_prefix_, error));
  }
  lost(unreachable(key_prefix_, error));
  return retry_in(std::max<std::uint64_t>(backoff_.next(), error.retry_after_ms));
}

Actions Session::received(const Payload& payload, std::int64_t now_ms) {
  if (phase_ != Phase::connecting && phase_ != Phase::saving && phase_ != Phase::identifying &&
      phase_ != Phase::resuming && phase_ != Phase::live) {
    return {};
  }
  if (payload.is(Op::hello)) return hello(payload, now_ms);
  if (payload.is(Op::heartbeat)) return heartbeat_wanted(now_ms);
  if (payload.is(Op::heartbeat_ack)) {
    acked_ = true;
    if (phase_ == Phase::live) {
      proven_ = may_hurry_ = true;
      backoff_.reset();
    }
    return {};
  }
  if (payload.is(Op::reconnect)) return close_then(0, "Discord asked for a new connection");
  if (payload.is(Op::invalid_session)) {
    return invalid_session(payload.data.is_boolean() && payload.data.get<bool>());
  }
  if (payload.is(Op::dispatch)) return dispatched(payload, now_ms);
  return {};
}

Actions Session::hello(const Payload& payload, std::int64_t now_ms) {
  if (phase_ != Phase::connecting) return {};
  const std::int64_t interval =
      payload.data.is_object() ? sdk::integer_at(payload.data, "heartbeat_interval") : 0;
  if (interval <= 0) return unreadable(now_ms);
  beat_ms_ = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(interval), 100, kMaxBeatMs);
  acked_ = true;
  // Spread over the interval, so that after an outage not all come at once.
  Actions actions = {beat_in(std::max<std::uint64_t>(1, between(0, beat_ms_))), wake_in(kReadyMs)};
  limit_.take(now_ms, true);
  if (resumable_.any()) {
    phase_ = Phase::resuming;
    resume_sent_ = true;
    actions.push_back(send(resume_payload(resumable_.session_id, resumable_.seq), true));
  } else if (budget_.wait_ms(now_ms) != 0) {
    return close_then(0, "no new session may be begun");
  } else {
    // Counted before it goes out: a kill in between costs one of a thousand, and never comes too
    // early in the next life.
    phase_ = Phase::saving;
    budget_.spend(now_ms);
    counted_at_ms_ = now_ms;
    counted_late_ = false;
    actions.push_back({Kind::save, {}, false, 0, 0});
  }
  return actions;
}

Actions Session::saved(std::int64_t now_ms) {
  if (phase_ != Phase::saving) return {};
  const std::int64_t took = now_ms - counted_at_ms_;
  if (took > IdentifyBudget::kMarginMs && !std::exchange(counted_late_, true)) {
    // Once more, with the time that the storage takes: it may be no faster the next time.
    budget_.go_out(now_ms + took);
    return {{Kind::save, {}, false, 0, 0}};
  }
  phase_ = Phase::identifying;
  return {send(identify_payload(), true)};
}

Actions Session::heartbeat_wanted(std::int64_t now_ms) {
  if (!limit_.take(now_ms, false)) return {};
  return {send(heartbeat_payload(resumable_.seq))};
}

Actions Session::dispatched(const Payload& payload, std::int64_t now_ms) {
  if (payload.event == "READY" && phase_ == Phase::identifying) {
    Resumable fresh;
    if (payload.data.is_object()) {
      fresh.session_id = sdk::string_at(payload.data, "session_id");
      fresh.url = sdk::string_at(payload.data, "resume_gateway_url");
      if (const auto* user = sdk::find_object(payload.data, "user"))
        fresh.bot_id = sdk::string_at(*user, "id");
    }
    if (!is_session_id(fresh.session_id) || !is_snowflake(fresh.bot_id)) return unreadable(now_ms);
    if (!is_gateway_url(fresh.url)) fresh.url = gateway_url_;
    resumable_ = std::move(fresh);
    came_alive();
    return {wake_in(0)};
  }
  if (payload.event == "RESUMED" && phase_ == Phase::resuming) {
    came_alive();
    return {wake_in(0)};
  }
  return {};
}

void Session::came_alive() {
  phase_ = Phase::live;
  was_live_ = true;
  failed_resumes_ = failed_connects_ = 0;
  health_ = {OC_STATE_CONNECTED, ""};
}

Actions Session::invalid_session(bool resumable) {
  if (!resumable) resumable_ = {};
  // Discord wants a pause of 1 to 5 s here. A session that is refused again and again is given up.
  return close_then(between(1'000, 5'000), "Discord said that the session is invalid");
}

Actions Session::unreadable(std::int64_t /*now_ms*/) {
  if (phase_ == Phase::closing || phase_ == Phase::stopped || phase_ == Phase::failed) return {};
  return close_then(kByBackoff, "what the gateway sent cannot be read");
}

Actions Session::beat(std::int64_t now_ms) {
  if (phase_ != Phase::saving && phase_ != Phase::identifying && phase_ != Phase::resuming &&
      phase_ != Phase::live) {
    return {};
  }
  if (!acked_ && !held_) {
    return close_then(kByBackoff, "no heartbeat was answered");
  }
  acked_ = false;
  // The durable sequence, not the last received: what is told here may be forgotten by Discord.
  if (!limit_.take(now_ms, true)) return {beat_in(beat_ms_)};
  return {send(heartbeat_payload(resumable_.seq)), beat_in(beat_ms_)};
}

Actions Session::woken(std::int64_t now_ms) {
  switch (phase_) {
    case Phase::waiting:
      return begin(now_ms);
    case Phase::connecting:
      return close_then(kByBackoff, "the gateway did not say hello");
    case Phase::saving:
      return close_then(kByBackoff, "the storage did not take down that a session is begun");
    case Phase::identifying:
    case Phase::resuming:
      if (held_) return {wake_in(kReadyMs)};
      return close_then(kByBackoff, "the gateway did not answer the login");
    default:
      return {};
  }
}

Actions Session::close_then(std::uint64_t wait_ms, std::string words) {
  lost(words);
  if (resume_sent_ && phase_ == Phase::resuming) ++failed_resumes_;
  phase_ = Phase::closing;
  after_close_ms_ = wait_ms;
  return {beat_in(0), wake_in(0), close_action()};
}

Actions Session::closed(std::uint32_t code, const std::string& words, std::int64_t /*now_ms*/) {
  if (phase_ == Phase::stopped || phase_ == Phase::failed) return {};
  const Phase was = phase_;
  if (was != Phase::closing) {
    after_close_ms_ = kByBackoff;
    if (after_close(code) == AfterClose::give_up) {
      resumable_ = {};
      return give_up(fatal_reason(code, key_prefix_));
    }
    if (after_close(code) == AfterClose::identify) resumable_ = {};
    if (was == Phase::connecting) ++failed_connects_;
    if (was == Phase::resuming) ++failed_resumes_;
    lost("the connection to Discord ended: " + words);
  }
  if (failed_resumes_ >= kMaxResumes) {
    resumable_ = {};
    failed_resumes_ = 0;
  }
  // At once, but only once for each connection that worked: else this is a loop.
  const bool hurry = (after_close_ms_ == 0 || (after_close_ms_ == kByBackoff && proven_)) &&
                     std::exchange(may_hurry_, false);
  Actions actions = {beat_in(0)};
  const std::uint64_t wait = hurry ? 1
                             : after_close_ms_ == 0 || after_close_ms_ == kByBackoff
                                 ? backoff_.next()
                                 : after_close_ms_;
  for (Action& action : retry_in(wait)) actions.push_back(std::move(action));
  return actions;
}

Actions Session::retry_in(std::uint64_t ms) {
  phase_ = Phase::waiting;
  return {wake_in(ms)};
}

Actions Session::forbidden(const std::string& sentence) {
  return give_up(sentence);
}

Actions Session::give_up(std::string reason) {
  phase_ = Phase::failed;
  health_ = {OC_STATE_FAILED, std::move(reason)};
  return {beat_in(0), wake_in(0)};
}

void Session::lost(const std::string& words) {
  const bool has_hint = words.find("check ") != std::string::npos;
  health_ = {was_live_ ? OC_STATE_DEGRADED : OC_STATE_CONNECTING,
             words + (has_hint ? "" : "; connecting again")};
}

Actions Session::stop() {
  const bool open = phase_ == Phase::connecting || phase_ == Phase::saving ||
                    phase_ == Phase::identifying || phase_ == Phase::resuming ||
                    phase_ == Phase::live;
  if (phase_ != Phase::failed) phase_ = Phase::stopped;
  Actions actions = {beat_in(0), wake_in(0)};
  if (open) actions.push_back(close_action());
  return actions;
}

void Session::durable(std::int64_t seq) {
  if (resumable_.any()) resumable_.seq = std::max(resumable_.seq, seq);
}

void Session::hold(bool held) {
  held_ = held;
  // What was sent meanwhile could not be answered: the next heartbeat asks anew.
  if (!held) acked_ = true;
}

}  // namespace openclaw::discord
