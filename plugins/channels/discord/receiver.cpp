// Timers, the look-up, the WebSocket.
#include "receiver.hpp"

#include <nlohmann/json.hpp>

#include "close_code.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/plugin.hpp"

namespace openclaw::discord {

namespace {
using nlohmann::json;
constexpr std::uint32_t kGatewayLookUpMs = 20'000;
constexpr std::uint32_t kConnectMs = 15'000;

/// Nothing in it that can be used: an address that is none.
GatewayInfo info_of(const std::string& body) {
  GatewayInfo info;
  const json parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object()) return info;
  const json* limit = sdk::find_object(parsed, "session_start_limit");
  if (limit == nullptr) return info;
  info.url = sdk::string_at(parsed, "url");
  while (!info.url.empty() && info.url.back() == '/') info.url.pop_back();
  info.remaining = sdk::integer_at(*limit, "remaining");
  info.reset_after_ms = sdk::integer_at(*limit, "reset_after");
  return info;
}
}  // namespace

Receiver::Receiver(sdk::Host& host, sdk::ChannelStatus& status, Api& api, const Config& config,
                   std::uint64_t seed, Events events)
    : host_(host),
      status_(status),
      api_(api),
      events_(std::move(events)),
      key_prefix_(config.key_prefix),
      session_(config.key_prefix, seed),
      store_(host, events_.ours),
      submitter_(host, api, intake_, places_, seed + 2, [this] { settled(); }),
      events_metric_(host.define_counter("events_total", "Events received from Discord.")),
      reconnects_metric_(host.define_counter("connects_total", "Connections to the gateway.")) {}

void Receiver::start() {
  report();
  store_.load(
      [this](Saved saved) {
        if (stopping_) return;
        const Actions actions =
            session_.start(std::move(saved.resumable), saved.budget, host_.now_ms());
        intake_.resumed_from(session_.resumable().seq);
        carry_out(actions);
      },
      [this] {
        if (stopping_) return;
        status_.set(OC_STATE_DEGRADED,
                    "the storage cannot say where the last session ended; reading it again every "
                    "10 s: look at the storage's state");
        check_started();
      });
}

void Receiver::stop() {
  if (!stopping_) {
    stopping_ = true;
    submitter_.stop();
    api_.cancel(look_up_);
    const bool live = session_.live();
    carry_out(session_.stop());
    if (!live) abandon();
  }
  host_.post([this] { check_idle(); });
}

void Receiver::abandon() {
  if (connection_ != 0) host_.cancel(connection_);
}

void Receiver::check_idle() {
  if (!stopping_ || idle_told_ || intake_.under_way() != 0 || look_up_ != 0 || connection_ != 0) {
    return;
  }
  idle_told_ = true;
  session_.durable(intake_.durable());
  store_.finish(session_, [this] { events_.idle(); });
}

void Receiver::report() {
  Health health = session_.health();
  const auto trouble = submitter_.trouble();
  if (session_.live() && trouble && !intake_.blocked()) {
    health = {OC_STATE_DEGRADED, *trouble};
  } else if (session_.live() && (intake_.blocked() || intake_.full())) {
    health = {OC_STATE_DEGRADED,
              "messages from Discord cannot be stored now; they are kept and tried again: look at "
              "the storage's state"};
  }
  if (stopping_ || health == reported_) return;
  const bool was_connected = reported_.state == OC_STATE_CONNECTED;
  reported_ = health;
  status_.set(health.state, health.reason);
  if (health.state == OC_STATE_CONNECTED) host_.evidence(OC_EVIDENCE_RECEIVED);
  if (health.state == OC_STATE_CONNECTED || health.reason.empty()) return;
  const bool failed = health.state == OC_STATE_FAILED;
  if (failed || (was_connected && !session_.live())) host_.evidence(OC_EVIDENCE_RECEIVE_LOST);
  host_.log(failed ? OC_LOG_ERROR : OC_LOG_WARN,
            failed ? "discord.connection_failed" : "discord.connection_trouble",
            sdk::to_text(json{{"remedy", health.reason}}));
}

void Receiver::carry_out(const Actions& actions) {
  for (const Action& action : actions) {
    switch (action.kind) {
      case Action::Kind::look_up:
        look_up();
        break;
      case Action::Kind::connect:
        connect(action.text);
        break;
      case Action::Kind::save:
        store_.save(session_, [this] {
          if (!stopping_) carry_out(session_.saved(host_.now_ms()));
        });
        break;
      case Action::Kind::send:
        // Another gateway's session would be taken over, or a second one begun beside it.
        if (action.secrets && !events_.ours()) return;
        send(action);
        break;
      case Action::Kind::close:
        host_.connection_close(connection_, action.code);
        break;
      case Action::Kind::beat_in:
        host_.cancel(std::exchange(beat_timer_, 0));
        if (action.ms == 0) break;
        beat_timer_ = host_.after(action.ms, [this] {
          beat_timer_ = 0;
          carry_out(session_.beat(host_.now_ms()));
        });
        break;
      case Action::Kind::wake_in:
        host_.cancel(std::exchange(wake_timer_, 0));
        if (action.ms == 0) break;
        wake_timer_ = host_.after(action.ms, [this] {
          wake_timer_ = 0;
          carry_out(session_.woken(host_.now_ms()));
        });
        break;
    }
  }
  report();
  if (!stopping_) {
    store_.keep(session_);
    events_.reached(session_.greeted() || session_.limited(host_.now_ms()) ||
                    session_.failed_for_good());
  }
  check_started();
  if (session_.failed_for_good() && !std::exchange(failed_told_, true)) events_.failed();
}

void Receiver::check_started() {
  if (started_told_ || (look_up_ != 0 && !session_.failed_for_good())) return;
  started_told_ = true;
  std::optional<sdk::Failure> failure;
  if (session_.failed_for_good()) {
    failure = sdk::Failure{OC_E_AUTH, session_.health().reason, OC_EF_NOT_DONE};
  }
  host_.post([this, failure] { events_.started(failure); });
}

void Receiver::look_up() {
  const auto done = [this](const Answer& answer) {
    look_up_ = 0;
    if (stopping_) return check_idle();
    carry_out(answer.error ? session_.look_up_failed(*answer.error, host_.now_ms())
                           : session_.found(info_of(answer.body), host_.now_ms()));
  };
  if (const auto ms = api_.call(gateway_request(), kGatewayLookUpMs, done, &look_up_)) {
    ApiError error;
    error.transport =
        sdk::Failure{OC_E_AGAIN, "it waits for Discord's rate limits", OC_EF_NOT_DONE};
    error.retry_after_ms = ms;
    host_.post([this, error] {
      if (!stopping_) carry_out(session_.look_up_failed(error, host_.now_ms()));
    });
  }
}

void Receiver::connect(const std::string& url) {
  inflater_ = std::make_unique<Inflater>();
  paused_ = false;
  host_.add(reconnects_metric_, 1);
  sdk::ConnectRequest request;
  request.url = url;
  request.connect_ms = kConnectMs;
  request.max_message = Inflater::kMaxMessage;
  connection_ = host_.connect(
      request, {[] {}, [this](std::string_view payload, bool binary) { arrived(payload, binary); },
                [this](const std::optional<sdk::Failure>& failure, std::string_view json) {
                  connection_ = 0;
                  ended(failure, json);
                }});
  if (connection_ != 0) return;
  host_.post([this] {
    ended(sdk::Failure{OC_E_AGAIN, "the gateway has too many connections", OC_EF_NOT_DONE}, {});
  });
}

void Receiver::ended(const std::optional<sdk::Failure>& failure, std::string_view closing) {
  if (stopping_) return check_idle();
  if (failure) {
    if (failure->code == OC_E_AUTH) return carry_out(session_.forbidden(failure->message));
    return carry_out(session_.closed(0, failure->message, host_.now_ms()));
  }
  const json parsed = json::parse(closing, nullptr, false);
  const std::int64_t code = parsed.is_object() ? sdk::integer_at(parsed, "code") : 0;
  const auto known = static_cast<std::uint32_t>(code >= 0 && code < 65'536 ? code : 0);
  carry_out(session_.closed(known, close_words(known), host_.now_ms()));
}

void Receiver::send(const Action& action) {
  const oc_status status =
      host_.connection_send(connection_, action.text, action.secrets ? OC_SEND_SECRETS : 0);
  if (status != OC_E_AUTH) return;  // any other: the connection is at its end, and says so
  host_.connection_close(connection_, 4000);
  const std::string reason = "the token may not be sent to the gateway that was named: check " +
                             key_prefix_ + "apiRoot, which must be Discord's own address, and " +
                             key_prefix_ + "botToken";
  host_.post([this, reason] {
    if (!stopping_) carry_out(session_.forbidden(reason));
  });
}

void Receiver::arrived(std::string_view payload, bool binary) {
  if (stopping_ || !events_.ours()) return;
  std::string_view text = payload;
  if (binary) {
    const Inflater::Result result = inflater_->push(payload);
    if (result == Inflater::Result::more) return;
    if (result != Inflater::Result::message) return carry_out(session_.unreadable(host_.now_ms()));
    text = inflater_->text();
  }
  const auto decoded = decode_payload(text);
  if (!decoded) return carry_out(session_.unreadable(host_.now_ms()));
  take(*decoded);
}

void Receiver::take(const Payload& payload) {
  const Actions actions = session_.received(payload, host_.now_ms());
  if (payload.is(Op::heartbeat_ack)) host_.evidence(OC_EVIDENCE_RECEIVED);
  if (payload.is(Op::dispatch) && payload.seq > 0) {
    host_.add(events_metric_, 1);
    if (payload.event == "READY" || payload.event == "RESUMED") status_.token_works();
    if (payload.event == "READY") intake_.new_session();
    places_.learn(payload.event, payload.data);
    std::optional<Incoming> message;
    if (payload.event == "MESSAGE_CREATE") {
      message = decode_message(payload.data, session_.resumable().bot_id);
    }
    intake_.add(payload.seq, std::move(message));
    submitter_.pump();
    session_.durable(intake_.durable());
  }
  carry_out(actions);
  pause_as_needed();
}

void Receiver::settled() {
  session_.durable(intake_.durable());
  if (stopping_) return check_idle();
  store_.keep(session_);
  pause_as_needed();
  report();
}

/// What Discord has not sent yet waits best with Discord.
void Receiver::pause_as_needed() {
  if (connection_ == 0) return;
  const bool pause = intake_.full() || (session_.live() && intake_.blocked());
  if (pause == paused_) return;
  paused_ = pause;
  session_.hold(pause);
  host_.connection_pause(connection_, pause);
}

}  // namespace openclaw::discord
