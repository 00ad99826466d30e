#include "standing.hpp"

#include "openclaw/host/status.h"

namespace openclaw::whatsapp {

void Standing::sent(const std::string& number) {
  proven_ = true;
  trouble_.clear();
  problems_.erase(number);
}

State Standing::state() const {
  if (!refused_.empty()) return {OC_STATE_FAILED, refused_};
  const bool waits = !config_.phone_number_id.empty() && !proven_;
  const std::string secret_missing =
      config_.has_app_secret ? std::string{}
                             : config_.key_prefix +
                                   "appSecret is missing, so every incoming message is refused: "
                                   "set it (App settings > Basic in Meta's console), or "
                                   "WHATSAPP_APP_SECRET";
  if (waits) {
    const bool both = !trouble_.empty() && !secret_missing.empty();
    return {OC_STATE_CONNECTING, trouble_ + (both ? "; besides, " : "") + secret_missing};
  }
  if (!secret_missing.empty()) return {OC_STATE_DEGRADED, secret_missing};
  if (!problems_.empty()) {
    const auto& [number, problem] = *problems_.begin();
    const bool one_of_several = config_.phone_number_id.empty() && !number.empty();
    return {OC_STATE_DEGRADED, (one_of_several ? "number " + number + ": " : "") + problem};
  }
  if (unheard_) {
    return {
        OC_STATE_DEGRADED,
        "nothing comes from WhatsApp, not even the receipts of messages that it accepted: check "
        "in Meta's console that the webhook's address leads to " +
            config_.route_path +
            " of this gateway and that its field messages is subscribed, and check " +
            config_.key_prefix + "appSecret"};
  }
  if (proven_ || heard_) return {OC_STATE_CONNECTED, {}};
  return {OC_STATE_DEGRADED,
          "nothing was received or sent since the start, so nobody knows whether the token works: "
          "write to the number, or set " +
              config_.key_prefix + "phoneNumberId to have it checked at the start"};
}

}  // namespace openclaw::whatsapp
