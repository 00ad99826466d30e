// The webhook's I/O.
#include "receiver.hpp"

#include "intake.hpp"
#include "openclaw/cpp/json.hpp"
#include "send_error.hpp"
#include "signature.hpp"
#include "verification.hpp"

namespace openclaw::whatsapp {

namespace {
using nlohmann::json;
constexpr std::string_view kSignatureHeader = "X-Hub-Signature-256";
}  // namespace

Receiver::Receiver(sdk::Host& host, const Config& config, Hooks hooks)
    : host_(host),
      config_(config),
      hooks_(std::move(hooks)),
      messages_metric_(host.define_counter("messages_total", "Messages received from WhatsApp.")),
      ignored_metric_(host.define_counter(
          "ignored_total", "Reactions and notices received that hold nothing for an agent.")),
      refused_metric_(host.define_counter("webhook_refused_total",
                                          "Webhook requests without the right signature.")),
      undelivered_metric_(host.define_counter(
          "undelivered_total", "Sent messages that WhatsApp reported as failed later.")),
      errors_metric_(host.define_counter("reported_errors_total",
                                         "Errors that WhatsApp reported by webhook.")) {}

std::optional<sdk::Failure> Receiver::start() {
  oc_status added =
      host_.route("GET", config_.route_path,
                  [this](oc_op op, const sdk::RouteRequest& request) { verify(op, request); });
  if (added == OC_OK) {
    added =
        host_.route("POST", config_.route_path,
                    [this](oc_op op, const sdk::RouteRequest& request) { receive(op, request); });
  }
  if (added == OC_OK) return std::nullopt;
  return sdk::Failure{
      added,
      "the gateway gives no route " + config_.route_path + ": look in its log for the reason",
      OC_EF_NOT_DONE};
}

void Receiver::verify(oc_op op, const sdk::RouteRequest& request) {
  const auto question = read_verification(request.query);
  if (question && host_.secret_equals("verifyToken", question->token)) {
    host_.log(OC_LOG_INFO, "whatsapp.webhook_verified");
    // As plain text, so that a challenge that somebody made up is never run as a page.
    return host_.reply(op, 200,
                       {{"Content-Type", "text/plain"}, {"X-Content-Type-Options", "nosniff"}},
                       question->challenge);
  }
  if (question && may_log_refusal()) {
    const char* remedy = config_.has_verify_token
                             ? "verifyToken is another word than the one in Meta's console"
                             : "verifyToken is missing: set the word that Meta's console shows, or "
                               "WHATSAPP_VERIFY_TOKEN";
    host_.log(OC_LOG_WARN, "whatsapp.verification_refused",
              sdk::to_text(json{{"hint", config_.key_prefix + remedy}}));
  }
  host_.reply(op, 403, {}, {});
}

/// Anybody may ask, as often as they like; the log tells of it once a minute.
bool Receiver::may_log_refusal() {
  const std::int64_t now = host_.now_ms();
  if (refusal_logged_ms_ && now - *refusal_logged_ms_ < 60'000) return false;
  refusal_logged_ms_ = now;
  return true;
}

bool Receiver::is_signed(const sdk::RouteRequest& request) const {
  Digest digest{};
  // Over the bytes as they came: Meta signs what it sends, \u escapes and all.
  return host_.hmac_sha256("appSecret", request.body, digest.data()) == OC_OK &&
         signature_matches(request.header(kSignatureHeader), digest);
}

void Receiver::receive(oc_op op, const sdk::RouteRequest& request) {
  if (!is_signed(request)) {
    host_.add(refused_metric_, 1);
    if (!config_.has_app_secret && !std::exchange(secret_missed_, true)) {
      host_.log(
          OC_LOG_WARN, "whatsapp.message_refused",
          sdk::to_text(json{{"hint", config_.key_prefix + "appSecret is missing: nobody can tell "
                                                          "Meta's requests from others'"}}));
    }
    return host_.reply(op, 401, {}, {});
  }
  if (!stopping_) hooks_.verified();
  if (stopping_ || payloads_ >= kMaxPayloads) return unavailable(op);
  auto payload = decode_payload(request.body);
  if (!payload) return host_.reply(op, 400, {}, {});
  host_.evidence(OC_EVIDENCE_RECEIVED);
  tell(*payload);
  for (const Incoming& incoming : payload->messages) hooks_.heard(incoming);
  ++payloads_;
  std::make_shared<Intake>(host_, std::move(payload->messages), [this, op](bool stored) {
    --payloads_;
    if (stored) {
      host_.reply(op, 200, {}, {});
    } else {
      unavailable(op);
    }
    check_idle();
  })->run();
}

void Receiver::tell(const Payload& payload) {
  host_.add(messages_metric_, static_cast<double>(payload.messages.size()));
  host_.add(ignored_metric_, static_cast<double>(payload.ignored));
  for (const StatusUpdate& status : payload.statuses) {
    if (statuses_.advance(status.wamid, status.status) && status.status == "failed") {
      tell_failed(status);
    }
  }
  for (const Notice& error : payload.errors) {
    host_.add(errors_metric_, 1);
    host_.log(OC_LOG_WARN, "whatsapp.error_reported",
              sdk::to_text(json{
                  {"code", error.code}, {"title", error.title}, {"hint", remedy_of(error.code)}}));
  }
}

void Receiver::tell_failed(const StatusUpdate& status) {
  host_.add(undelivered_metric_, 1);
  host_.log(OC_LOG_WARN, "whatsapp.undelivered",
            sdk::to_text(json{{"message", status.wamid},
                              {"recipient", status.recipient},
                              {"code", status.code},
                              {"title", status.title},
                              {"hint", remedy_of(status.code)}}));
}

void Receiver::unavailable(oc_op op) {
  host_.reply(op, 503, {{"Retry-After", "2"}}, {});
}

void Receiver::stop() {
  stopping_ = true;
  host_.post([this] { check_idle(); });
}

void Receiver::check_idle() {
  if (!stopping_ || payloads_ != 0 || std::exchange(idle_told_, true)) return;
  hooks_.idle();
}

}  // namespace openclaw::whatsapp
