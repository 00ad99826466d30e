// The way of an outgoing message: request, answer.
#include "sender.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "incoming.hpp"
#include "openclaw/cpp/channel/web_address.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"
#include "requests.hpp"

namespace openclaw::whatsapp {

namespace {
using nlohmann::json;
constexpr std::uint32_t kSendMs = 30'000;
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
      results_(host, "WhatsApp") {}

bool Sender::held(const Pair& pair) const {
  return rates_.held_ms(pair, host_.now_ms()) != 0;
}

std::uint32_t Sender::spend(const Pair& pair) {
  return rates_.spend(pair, host_.now_ms());
}

sdk::Failure Sender::spent_in_vain(const Pair& pair, const ApiError& error) {
  const SendError read = read_send_error(error, key_prefix_);
  if (read.failure.retry_after_ms != 0) {
    rates_.hold(read.scope, pair, read.failure.retry_after_ms, host_.now_ms());
  }
  return read.failure;
}

void Sender::send(oc_op op, const oc_message& message) {
  if (stopped_) return results_.stopped(op);
  Pair pair{number_in(sdk::view(message.extra_json)), sdk::copy(message.chat_id)};
  if (pair.number.empty()) pair.number = hooks_.number_for(pair.chat);
  if (!is_number_id(pair.number)) {
    return results_.refuse(
        op, {OC_E_REFUSED,
             "nobody knows which number this goes out from: set " + key_prefix_ + "phoneNumberId",
             OC_EF_NOT_DONE});
  }
  std::string text = sdk::copy(message.text);
  std::optional<std::string> shown;
  if (message.n_attachments != 0) {
    const oc_attachment& file = *message.attachments;
    const Media media{sdk::copy(file.ref), sdk::copy(file.mime), sdk::copy(file.name)};
    if (sdk::read_web_address(media.url)) {
      shown = media_body(pair.chat, media, text, sdk::view(message.reply_to));
    }
    text = text_instead(media, text);
  }
  auto body = text_body(pair.chat, text, sdk::view(message.reply_to));
  if (!body) {
    return results_.refuse(
        op, {OC_E_REFUSED, "the chat's id is not one of WhatsApp's", OC_EF_NOT_DONE});
  }
  if (const auto ms = rates_.begin(pair, host_.now_ms()))
    return results_.hand_back(op, "it waits for WhatsApp's rate limits", ms);
  Job job{std::move(pair), {}};
  if (shown) job.instead = std::exchange(*body, std::move(*shown));
  request(op, job, std::move(*body));
  jobs_[op] = std::move(job);
}

void Sender::request(oc_op op, Job& job, std::string body) {
  job.asked_ms = host_.now_ms();
  job.call = api_.messages(job.pair.number, std::move(body), kSendMs,
                           [this, op](const Answer& answer) { answered(op, answer); });
}

/// Past the rates, which counted the message already.
bool Sender::send_instead(oc_op op, Job& job, const ApiError& error) {
  if (job.instead.empty() || !media_refused(error)) return false;
  host_.log(OC_LOG_INFO, "whatsapp.media_refused",
            sdk::to_text(json{{"code", error.code}, {"hint", "its address is sent as text"}}));
  if (stopped_) {
    rates_.done(job.pair);
    jobs_.erase(op);
    results_.failed(op, sdk::SendResults::stopping());
    return true;
  }
  request(op, job, std::exchange(job.instead, {}));
  return true;
}

void Sender::answered(oc_op op, const Answer& answer) {
  const auto it = jobs_.find(op);
  if (answer.error && send_instead(op, it->second, *answer.error)) return;
  const Pair pair = std::move(it->second.pair);
  const std::int64_t asked_ms = it->second.asked_ms;
  jobs_.erase(it);
  rates_.done(pair);
  if (answer.error) {
    const SendError error = read_send_error(*answer.error, key_prefix_);
    if (error.failure.retry_after_ms != 0) {
      rates_.hold(error.scope, pair, error.failure.retry_after_ms, host_.now_ms());
    }
    hooks_.failed(pair.number, error);
    return results_.failed(op, error.failure);
  }
  const std::string id = decode_message_id(answer.body);
  if (id.empty()) {
    return results_.failed(
        op, {OC_E_NET, "WhatsApp's answer cannot be read; the message may have been delivered",
             OC_EF_MAYBE_DONE});
  }
  results_.sent(op, id);
  hooks_.sent(pair.number, asked_ms);
}

void Sender::cancel(oc_op op) {
  const auto it = jobs_.find(op);
  if (it != jobs_.end()) api_.cancel(it->second.call);
}

}  // namespace openclaw::whatsapp
