// The webhook's I/O.
#include "webhook.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "requests.hpp"

namespace openclaw::telegram {

namespace {
using nlohmann::json;
constexpr std::uint32_t kCallMs = 20'000;
constexpr std::uint32_t kAskMs = 10'000;
/// Of several gateways each asks Telegram once a minute: so often it needs to know.
constexpr std::int64_t kTellHeardEveryMs = 10'000;
constexpr std::string_view kHeardTopic = "webhook";
constexpr std::string_view kSecretHeader = "X-Telegram-Bot-Api-Secret-Token";

std::string token_refused(const std::string& key_prefix, const ApiError& error) {
  return key_prefix + "botToken was refused by Telegram (" + error.sentence() +
         "): set the token that @BotFather shows";
}
}  // namespace

WebhookReceiver::WebhookReceiver(sdk::Host& host, sdk::ChannelStatus& status, Api& api,
                                 const Config& config, std::uint64_t seed, ReceiverEvents events)
    : host_(host),
      status_(status),
      api_(api),
      config_(config),
      events_(std::move(events)),
      backoff_(5'000, 300'000, seed),
      lease_(host, "webhook", {[this] { take_over(); }, [this] { leave_it(); }}),
      updates_metric_(host.define_counter("updates_total", "Updates received from Telegram.")),
      refused_metric_(host.define_counter("webhook_refused_total",
                                          "Webhook requests without the right secret.")) {}

void WebhookReceiver::start() {
  if (!config_.has_webhook_secret) {
    return give_up({OC_E_AUTH,
                    config_.key_prefix +
                        "webhookSecret is missing: mode webhook needs it, because anybody could "
                        "post messages without it",
                    OC_EF_NOT_DONE});
  }
  const oc_status added =
      host_.route("POST", config_.route_path,
                  [this](oc_op op, const sdk::RouteRequest& request) { receive(op, request); });
  if (added != OC_OK) {
    return give_up(
        {added,
         "the gateway gives no route " + config_.route_path + ": look in its log for the reason",
         OC_EF_NOT_DONE});
  }
  status_.set(OC_STATE_CONNECTING);
  host_.listen([this](std::string_view topic, std::string_view) {
    if (topic == kHeardTopic) heard();
  });
  identify();
}

void WebhookReceiver::identify() {
  call_ = api_.call("getMe", {}, kCallMs, [this](const Answer& answer) {
    call_ = 0;
    if (stopping_) return check_idle();
    if (answer.error) {
      return failed(*answer.error, token_refused(config_.key_prefix, *answer.error),
                    answer.error->token_refused(), &WebhookReceiver::identify);
    }
    bot_ = decode_bot(answer.body);
    if (!bot_) {
      status_.set(OC_STATE_DEGRADED, "what answers at " + config_.key_prefix +
                                         "apiRoot is not the Bot API: check that address");
      return retry(&WebhookReceiver::identify);
    }
    backoff_.reset();
    if (config_.webhook_url.empty()) return connected();
    lease_.want();
  });
}

/// Also from a gateway that had registered it: whether it had come so far, nobody knows.
void WebhookReceiver::take_over() {
  register_ = true;
  if (call_ != 0) return;
  host_.cancel(std::exchange(timer_, 0));
  register_webhook();
}

void WebhookReceiver::leave_it() {
  register_ = false;
  if (call_ != 0 || timer_ != 0) return;
  if (!health_) return connected();
  ask_later(health_->ask_in_ms());
}

void WebhookReceiver::register_webhook() {
  register_ = false;
  if (!lease_.check()) return leave_it();
  const auto done = [this](const Answer& answer) {
    call_ = 0;
    if (stopping_) return check_idle();
    if (answer.error) {
      return failed(*answer.error,
                    config_.key_prefix + "webhookUrl was refused by Telegram (" +
                        answer.error->sentence() +
                        "): it must be a public https address on port 443, 80, 88 or 8443",
                    answer.error->status == 400, &WebhookReceiver::register_webhook);
    }
    connected();
  };
  // The secret can only be filled into a URL, so all parameters go there.
  call_ = api_.call("setWebhook", {}, kCallMs, done, set_webhook_query(config_.webhook_url));
}

void WebhookReceiver::failed(const ApiError& error, const std::string& refused_reason, bool refused,
                             void (WebhookReceiver::*next)()) {
  const bool forbidden = error.transport && error.transport->code == OC_E_AUTH;
  if (refused || forbidden) {
    return give_up(
        {OC_E_AUTH, forbidden ? error.transport->message : refused_reason, OC_EF_NOT_DONE});
  }
  status_.set(OC_STATE_CONNECTING, "Telegram cannot be reached (" + error.sentence() +
                                       "); trying again: check " + config_.key_prefix +
                                       "apiRoot and the network");
  retry(next);
}

void WebhookReceiver::retry(void (WebhookReceiver::*next)()) {
  timer_ = host_.after(backoff_.next(), [this, next] {
    timer_ = 0;
    (this->*next)();
  });
  tell_started({});
}

void WebhookReceiver::connected() {
  status_.set(OC_STATE_CONNECTED);
  tell_started({});
  told_.clear();
  health_.emplace(config_.key_prefix, config_.webhook_url, config_.route_path, host_.unix_ms());
  // Another gateway may be about to register it.
  if (!config_.webhook_url.empty() && !lease_.held()) return ask_later(WebhookHealth::kEveryMs);
  ask();
}

void WebhookReceiver::ask() {
  call_ = api_.call("getWebhookInfo", {}, kAskMs, [this](const Answer& answer) {
    call_ = 0;
    if (stopping_) return check_idle();
    // Once the token has worked, a 404 is a proxy's mood rather than Telegram's verdict.
    if (answer.error && answer.error->status == 401) {
      return give_up({OC_E_AUTH, token_refused(config_.key_prefix, *answer.error), OC_EF_NOT_DONE});
    }
    const auto info = answer.error ? std::nullopt : decode_webhook_info(answer.body);
    if (info) {
      status_.token_works();
      health_->told(*info);
    } else {
      ApiError unreadable;
      unreadable.transport = sdk::Failure{OC_E_NET, "its answer cannot be read"};
      health_->failed(answer.error.value_or(unreadable));
    }
    report();
    if (register_) return register_webhook();
    ask_later(health_->ask_in_ms());
  });
}

void WebhookReceiver::ask_later(std::uint64_t ms) {
  timer_ = host_.after(ms, [this] {
    timer_ = 0;
    ask();
  });
}

void WebhookReceiver::report() {
  const std::string& trouble = health_->trouble();
  if (trouble == told_) return;
  const bool lost = told_.empty();
  told_ = trouble;
  if (trouble.empty()) {
    status_.set(OC_STATE_CONNECTED);
    // Telegram's own word that it leads here and that nothing waits: as good as an event.
    return host_.evidence(OC_EVIDENCE_RECEIVED);
  }
  status_.set(OC_STATE_DEGRADED, trouble);
  if (lost) host_.evidence(OC_EVIDENCE_RECEIVE_LOST);
  host_.log(OC_LOG_WARN, "telegram.webhook_trouble", sdk::to_text(json{{"remedy", trouble}}));
}

void WebhookReceiver::give_up(sdk::Failure failure) {
  health_.reset();  // nothing that comes later makes it well
  lease_.release();
  status_.set(OC_STATE_FAILED, failure.message);
  host_.evidence(OC_EVIDENCE_RECEIVE_LOST);
  host_.log(OC_LOG_ERROR, "telegram.webhook_failed",
            sdk::to_text(json{{"remedy", failure.message}}));
  tell_started(std::move(failure));
}

void WebhookReceiver::tell_started(std::optional<sdk::Failure> failure) {
  if (std::exchange(started_told_, true)) return;
  host_.post([this, f = std::move(failure)] { events_.started(f); });
}

void WebhookReceiver::heard() {
  if (!health_ || stopping_) return;
  health_->heard(host_.unix_ms());
  report();
}

/// Updates come to any gateway: that none came here since Telegram's last failure says nothing.
void WebhookReceiver::tell_heard() {
  const std::int64_t now = host_.now_ms();
  if (stopping_ || host_.others() == 0) return;
  if (told_heard_ms_ && now - *told_heard_ms_ < kTellHeardEveryMs) return;
  told_heard_ms_ = now;
  host_.tell(kHeardTopic, {});
}

void WebhookReceiver::receive(oc_op op, const sdk::RouteRequest& request) {
  if (!host_.secret_equals("webhookSecret", request.header(kSecretHeader))) {
    host_.add(refused_metric_, 1);
    return host_.reply(op, 401, {}, {});
  }
  heard();
  tell_heard();
  if (stopping_ || !bot_ || submits_ >= kMaxSubmits) return unavailable(op);
  const auto update = decode_update(request.body, *bot_);
  if (!update) return host_.reply(op, 400, {}, {});
  host_.evidence(OC_EVIDENCE_RECEIVED);
  host_.add(updates_metric_, 1);
  if (!update->message) return host_.reply(op, 200, {}, {});
  submit(op, *update->message);
}

void WebhookReceiver::submit(oc_op op, const Incoming& incoming) {
  const IncomingView borrowed(incoming);
  const oc_op submitted = host_.submit(
      borrowed.message(),
      [this, op](const std::optional<sdk::Failure>& failure, std::string_view, const std::string&) {
        --submits_;
        // What can never be accepted is not worth a retry.
        if (!failure || failure->code == OC_E_INVAL) {
          host_.reply(op, 200, {}, {});
        } else {
          host_.log(OC_LOG_WARN, "telegram.update_not_stored",
                    sdk::to_text(json{{"error", failure->message}}));
          unavailable(op);
        }
        check_idle();
      });
  if (submitted == 0) return unavailable(op);
  ++submits_;
}

void WebhookReceiver::unavailable(oc_op op) {
  host_.reply(op, 503, {{"Retry-After", "2"}}, {});
}

void WebhookReceiver::stop() {
  stopping_ = true;
  lease_.stop();
  host_.cancel(std::exchange(timer_, 0));
  api_.cancel(call_);
  host_.post([this] { check_idle(); });
}

void WebhookReceiver::check_idle() {
  if (!stopping_ || idle_told_ || submits_ != 0 || call_ != 0) return;
  idle_told_ = true;
  events_.idle();
}

}  // namespace openclaw::telegram
