#include "number_check.hpp"

namespace openclaw::whatsapp {

namespace {
constexpr std::uint32_t kCallMs = 20'000;

/// Meta answers a number that it does not know, or that the token may not see, with 100/33.
bool number_refused(const ApiError& error) {
  return error.code == 100 || error.code == 10 || error.code == 3 ||
         (error.code >= 200 && error.code <= 299);
}
}  // namespace

NumberCheck::NumberCheck(sdk::Host& host, Api& api, const Config& config, std::uint64_t seed,
                         Hooks hooks)
    : host_(host),
      api_(api),
      config_(config),
      hooks_(std::move(hooks)),
      backoff_(5'000, 300'000, seed) {}

void NumberCheck::start() {
  api_.number(config_.phone_number_id, kCallMs, [this](const Answer& answer) {
    if (!stopped_) answered(answer);
  });
}

void NumberCheck::answered(const Answer& answer) {
  if (!answer.error) {
    if (decode_number_id(answer.body) == config_.phone_number_id) return hooks_.works();
    return retry("what answers at " + config_.key_prefix +
                 "apiRoot is not the Graph API: check that address");
  }
  const ApiError& error = *answer.error;
  const std::string said = " (" + error.sentence() + ")";
  if (error.token_refused()) {
    return hooks_.refused(config_.key_prefix + "token was refused by Meta" + said +
                          ": make a permanent token in Meta's console, set it and restart");
  }
  if (error.transport && error.transport->code == OC_E_AUTH) {
    return hooks_.refused(error.transport->message);
  }
  if (number_refused(error)) {
    return hooks_.refused(config_.key_prefix + "phoneNumberId was refused by Meta" + said +
                          ": it must be the id of the number, not the number, and the token's "
                          "system user needs access to its account");
  }
  retry("WhatsApp cannot be reached" + said + "; trying again: check " + config_.key_prefix +
        "apiRoot and the network");
}

void NumberCheck::hurry() {
  if (timer_ == 0) return;
  host_.cancel(std::exchange(timer_, 0));
  start();
}

void NumberCheck::retry(const std::string& reason) {
  timer_ = host_.after(backoff_.next(), [this] {
    timer_ = 0;
    start();
  });
  hooks_.unreachable(reason);
}

void NumberCheck::stop() {
  stopped_ = true;
  if (timer_ != 0) host_.cancel(std::exchange(timer_, 0));
}

}  // namespace openclaw::whatsapp
