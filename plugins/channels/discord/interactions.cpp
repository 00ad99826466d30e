// The interactions endpoint's I/O.
#include "interactions.hpp"

#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "signature.hpp"

namespace openclaw::discord {

namespace {
using nlohmann::json;
constexpr std::uint32_t kCallMs = 20'000;
constexpr std::string_view kTryAgain =
    "I cannot take this right now. Please try again in a minute.";
}  // namespace

Interactions::Interactions(sdk::Host& host, Api& api, const Config& config, std::uint64_t seed)
    : host_(host),
      api_(api),
      config_(config),
      backoff_(5'000, 300'000, seed),
      refused_metric_(host.define_counter("interactions_refused_total",
                                          "Interactions without a right signature.")) {}

void Interactions::start() {
  const oc_status added =
      host_.route("POST", config_.route_path,
                  [this](oc_op op, const sdk::RouteRequest& request) { receive(op, request); });
  if (added != OC_OK) {
    host_.log(OC_LOG_WARN, "discord.no_route",
              sdk::to_text(json{{"path", config_.route_path},
                                {"remedy", "look in the log for the reason"}}));
  }
}

void Interactions::hold(bool held) {
  held_ = held;
  if (!held) host_.cancel(std::exchange(timer_, 0));
  if (!held || registered_ || call_ != 0 || stopping_) return;
  // Without the key its commands could not be taken, and would fail in people's faces.
  if (!config_.application_id.empty() && config_.public_key) register_command();
}

void Interactions::register_command() {
  const auto done = [this](const Answer& answer) {
    call_ = 0;
    registered_ = registered_ || !answer.error;
    if (!answer.error || stopping_) return;
    const ApiError& error = *answer.error;
    const bool for_good = error.status >= 400 && error.status < 500 && error.status != 429;
    registered_ = registered_ || for_good;
    host_.log(OC_LOG_WARN, "discord.command_not_registered",
              sdk::to_text(json{
                  {"error", error.sentence()},
                  {"remedy", for_good ? "check " + config_.key_prefix +
                                            "applicationId: it must be the application of botToken"
                                      : std::string("none; it is tried again")}}));
    if (for_good || !held_) return;
    timer_ = host_.after(std::max<std::uint64_t>(backoff_.next(), error.retry_after_ms), [this] {
      timer_ = 0;
      register_command();
    });
  };
  if (const auto ms = api_.call(command_request(config_.application_id), kCallMs, done, &call_)) {
    timer_ = host_.after(ms, [this] {
      timer_ = 0;
      register_command();
    });
  }
}

bool Interactions::is_genuine(const sdk::RouteRequest& request) const {
  if (!config_.public_key) return false;
  const std::string_view timestamp = request.header("X-Signature-Timestamp");
  if (!is_signed(*config_.public_key, request.header("X-Signature-Ed25519"), timestamp,
                 request.body)) {
    return false;
  }
  std::int64_t seconds = 0;
  const auto [end, error] =
      std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
  if (error != std::errc{} || end != timestamp.data() + timestamp.size() || seconds < 0 ||
      seconds > INT64_C(1) << 40) {
    return false;
  }
  return std::abs(host_.unix_ms() - seconds * 1000) <= kFreshMs;
}

void Interactions::receive(oc_op op, const sdk::RouteRequest& request) {
  if (!is_genuine(request)) {
    host_.add(refused_metric_, 1);
    return host_.reply(op, 401, {}, {});
  }
  const Interacted interacted = decode_interaction(request.body, config_.application_id);
  switch (interacted.kind) {
    case Interacted::Kind::ping:
      return reply(op, pong());
    case Interacted::Kind::ask:
      return submit(op, interacted.message);
    case Interacted::Kind::other:
      return reply(op, said_privately("I know only the command /ask."));
    case Interacted::Kind::unreadable:
      return host_.reply(op, 400, {}, {});
  }
}

void Interactions::submit(oc_op op, const Incoming& incoming) {
  if (stopping_ || submits_ >= kMaxSubmits) return reply(op, said_privately(kTryAgain));
  const IncomingView borrowed(incoming);
  const oc_op submitted =
      host_.submit(borrowed.message(), [this, op](const std::optional<sdk::Failure>& failure,
                                                  std::string_view outcome, const std::string&) {
        --submits_;
        const json parsed = json::parse(outcome, nullptr, false);
        if (failure) {
          host_.log(OC_LOG_WARN, "discord.command_not_stored",
                    sdk::to_text(json{{"error", failure->message}}));
          reply(op, said_privately(kTryAgain));
        } else if (parsed.is_object() && sdk::string_at(parsed, "outcome") == "refused") {
          // Nothing will follow, so do not let it "think".
          reply(op, said_privately("You may not talk to me here."));
        } else {
          reply(op, deferred());
        }
        if (ended_) ended_();
      });
  if (submitted == 0) return reply(op, said_privately(kTryAgain));
  ++submits_;
}

void Interactions::reply(oc_op op, std::string body) {
  host_.reply(op, 200, {{"Content-Type", "application/json"}}, std::move(body));
}

void Interactions::stop() {
  stopping_ = true;
  host_.cancel(std::exchange(timer_, 0));
  api_.cancel(call_);
}

}  // namespace openclaw::discord
