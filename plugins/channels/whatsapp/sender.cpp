// The way of an outgoing message: request, answer.
#include "sender.hpp"

#include <algorithm>

#include "incoming.hpp"
#include "json_fields.hpp"
#include "openclaw/cpp/text.hpp"
#include "requests.hpp"

namespace openclaw::whatsapp {

namespace {
using nlohmann::json;
constexpr std::uint32_t kSendMs = 30'000;
const sdk::Failure kStopped{OC_E_CANCELLED, "the channel stops", OC_EF_NOT_DONE | OC_EF_RETRY};
}  // namespace

bool is_number_id(std::string_view id) {
  return !id.empty() && id.size() <= 32 &&
         std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Sender::Sender(sdk::Host& host, Api& api, std::string key_prefix, Hooks hooks)
    : host_(host),
      api_(api),
      key_prefix_(std::move(key_prefix)),
      hooks_(std::move(hooks)),
      sent_metric_(host.define_counter("sends_total", "Messages that WhatsApp accepted.")),
      failed_metric_(host.define_counter("send_errors_total", "Sends that failed.")),
      postponed_metric_(host.define_counter("sends_postponed_total",
                                            "Sends that were handed back until they may go.")) {}

bool Sender::held(const Pair& pair) const {
  return rates_.held_ms(pair, host_.now_ms()) != 0;
}

void Sender::send(oc_op op, const oc_message& message) {
  if (stopped_) return finish_later(op, kStopped);
  Pair pair{number_in(sdk::view(message.extra_json)), sdk::copy(message.chat_id)};
  if (pair.number.empty()) pair.number = hooks_.number_for(pair.chat);
  if (!is_number_id(pair.number)) {
    return finish_later(
        op, {OC_E_REFUSED,
             "nobody knows which number this goes out from: set " + key_prefix_ + "phoneNumberId",
             OC_EF_NOT_DONE});
  }
  auto body = text_body(pair.chat, sdk::view(message.text), sdk::view(message.reply_to));
  if (!body) {
    return finish_later(op,
                        {OC_E_REFUSED, "the chat's id is not one of WhatsApp's", OC_EF_NOT_DONE});
  }
  if (const auto ms = rates_.begin(pair, host_.now_ms())) return hand_back(op, ms);
  const std::uint64_t call =
      api_.messages(pair.number, std::move(*body), kSendMs,
                    [this, op](const Answer& answer) { answered(op, answer); });
  jobs_[op] = {std::move(pair), call};
}

void Sender::answered(oc_op op, const Answer& answer) {
  const auto it = jobs_.find(op);
  const Pair pair = std::move(it->second.pair);
  jobs_.erase(it);
  rates_.done(pair);
  if (answer.error) {
    const SendError error = read_send_error(*answer.error, key_prefix_);
    if (error.failure.code == OC_E_RATE) {
      rates_.hold(error.scope, pair, error.failure.retry_after_ms, host_.now_ms());
    }
    hooks_.failed(error);
    return finish(op, error.failure);
  }
  const std::string id = decode_message_id(answer.body);
  if (id.empty()) {
    return finish(
        op, {OC_E_NET, "WhatsApp's answer cannot be read; the message may have been delivered",
             OC_EF_MAYBE_DONE});
  }
  host_.evidence(OC_EVIDENCE_SENT);
  host_.add(sent_metric_, 1);
  hooks_.sent();
  host_.complete(op, dumped(json{{"message_id", id}}));
}

void Sender::cancel(oc_op op) {
  const auto it = jobs_.find(op);
  if (it != jobs_.end()) api_.cancel(it->second.call);
}

/// The gateway keeps it, durably as not sent, and brings it again: should the process die
/// meanwhile, nobody need wonder whether it arrived.
void Sender::hand_back(oc_op op, std::uint32_t ms) {
  host_.add(postponed_metric_, 1);
  host_.post([this, op, ms] {
    host_.fail(
        op, {OC_E_AGAIN, "it waits for WhatsApp's rate limits", OC_EF_NOT_DONE | OC_EF_RETRY, ms});
  });
}

void Sender::finish(oc_op op, const sdk::Failure& failure) {
  host_.add(failed_metric_, 1);
  host_.fail(op, failure);
}

void Sender::finish_later(oc_op op, sdk::Failure failure) {
  host_.post([this, op, f = std::move(failure)] { finish(op, f); });
}

}  // namespace openclaw::whatsapp
