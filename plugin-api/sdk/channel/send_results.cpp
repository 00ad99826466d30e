// Completions are posted where a slot may still be running.
#include "openclaw/cpp/channel/send_results.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "openclaw/cpp/json.hpp"

namespace openclaw::sdk {

SendResults::SendResults(Host& host, std::string_view platform)
    : host_(host),
      sent_(host.define_counter("sends_total",
                                "Messages that " + std::string(platform) + " accepted.")),
      failed_(host.define_counter("send_errors_total", "Sends that failed.")),
      postponed_(host.define_counter("sends_postponed_total",
                                     "Sends that were handed back until they may go.")) {}

void SendResults::sent(oc_op op, std::string_view message_id) {
  host_.evidence(OC_EVIDENCE_SENT);
  host_.add(sent_, 1);
  host_.complete(op, to_text(nlohmann::json{{"message_id", message_id}}));
}

void SendResults::failed(oc_op op, const Failure& failure) {
  if (failure.code == OC_E_NET || failure.code == OC_E_DEADLINE || failure.code == OC_E_AUTH) {
    host_.evidence(OC_EVIDENCE_SEND_LOST);
  }
  host_.add(failed_, 1);
  host_.fail(op, failure);
}

void SendResults::refuse(oc_op op, Failure failure) {
  host_.post([this, op, f = std::move(failure)] { failed(op, f); });
}

void SendResults::hand_back(oc_op op, std::string_view why, std::int64_t ms) {
  const auto wait_ms = static_cast<std::uint32_t>(std::clamp<std::int64_t>(ms, 0, UINT32_MAX));
  host_.add(postponed_, 1);
  host_.post([this, op, why = std::string(why), wait_ms] {
    host_.fail(op, {OC_E_AGAIN, why, OC_EF_NOT_DONE | OC_EF_RETRY, wait_ms});
  });
}

}  // namespace openclaw::sdk
