// The way of an outgoing message: request, answer.
#include "sender.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::discord {

namespace {
using nlohmann::json;
constexpr std::uint32_t kSendMs = 30'000;
constexpr std::size_t kRememberedAnswers = 1'000;
constexpr std::size_t kRememberedRefusals = 100;
/// A message's flag: the bot is still "thinking".
constexpr std::int64_t kLoading = 1 << 7;
/// Whether a message of Discord's is what `content` would become, with its picture or without.
bool says(const json& message, const Content& content) {
  const std::string text = sdk::string_at(message, "content");
  if (content.image.empty()) return text == content.text && !text.empty();
  const json* embeds = sdk::find_array(message, "embeds");
  const json* embed = embeds != nullptr && !embeds->empty() ? &embeds->front() : nullptr;
  const json* image =
      embed != nullptr && embed->is_object() ? sdk::find_object(*embed, "image") : nullptr;
  if (image != nullptr && sdk::string_at(*image, "url") == content.image) {
    return text == content.text;
  }
  return text == without_image(content).text;
}

}  // namespace

Sender::Sender(sdk::Host& host, Api& api, std::string key_prefix, Hooks hooks)
    : host_(host),
      api_(api),
      key_prefix_(std::move(key_prefix)),
      hooks_(std::move(hooks)),
      results_(host, "Discord") {}

void Sender::send(oc_op op, const oc_message& message) {
  if (stopped_) return results_.stopped(op);
  Job job;
  job.channel = sdk::copy(message.thread_id.len != 0 ? message.thread_id : message.chat_id);
  job.key = sdk::copy(message.idem_key);
  job.turn = sdk::copy(message.turn_id);
  job.content.text = sdk::copy(message.text);
  if (message.n_attachments != 0) {
    job.content = content_of(sdk::view(message.attachments->ref),
                             sdk::view(message.attachments->mime), job.content.text);
    if (std::find(without_image_.begin(), without_image_.end(), job.key) != without_image_.end()) {
      job.content = without_image(std::move(job.content));
    }
  }
  job.reply_to = sdk::copy(message.reply_to);
  job.interaction = Interaction::from_extra(sdk::view(message.extra_json));
  go(op, std::move(job));
}

void Sender::go(oc_op op, Job job) {
  if (!job.interaction || host_.unix_ms() - job.interaction->unix_ms > Interaction::kValidMs) {
    return post_message(op, std::move(job));
  }
  // What a command is answered with has no message to reply to.
  job.reply_to.clear();
  const auto known = answered_.find(job.interaction->token);
  if (known == answered_.end()) return look_at_original(op, std::move(job));
  if (known->second == job.key && !job.key.empty()) return edit_original(op, std::move(job));
  post_message(op, std::move(job));
}

void Sender::look_at_original(oc_op op, Job job) {
  const Request request = original_request(*job.interaction);
  call(op, request, std::move(job), &Sender::looked);
}

void Sender::looked(oc_op op, const Answer& answer) {
  const auto it = jobs_.find(op);
  Job job = std::move(it->second);
  jobs_.erase(it);
  if (stopped_) return results_.failed(op, sdk::SendResults::stopping());
  if (answer.error) {
    // Nothing was sent yet. Without its answer's place it becomes an ordinary message.
    if (answer.error->status == 404 || answer.error->status == 401) {
      remember(job.interaction->token, {});
      return post_message(op, std::move(job));
    }
    sdk::Failure failure = send_failure(*answer.error, key_prefix_);
    failure.flags = OC_EF_NOT_DONE | (failure.code == OC_E_REFUSED ? 0 : OC_EF_RETRY);
    return results_.failed(op, failure);
  }
  const json original = json::parse(answer.body, nullptr, false);
  const bool waits = original.is_object() && (sdk::integer_at(original, "flags") & kLoading) != 0;
  if (waits) return edit_original(op, std::move(job));
  // A restart may have come between an answer and our knowing of it.
  if (original.is_object() && says(original, job.content)) {
    remember(job.interaction->token, job.key);
    return complete(op, answer, job);
  }
  remember(job.interaction->token, {});
  post_message(op, std::move(job));
}

void Sender::edit_original(oc_op op, Job job) {
  remember(job.interaction->token, job.key);
  const Request request = edit_original_request(*job.interaction, job.content);
  call(op, request, std::move(job), &Sender::edited);
}

void Sender::edited(oc_op op, const Answer& answer) {
  const auto it = jobs_.find(op);
  if (!answer.error || (answer.error->status != 404 && answer.error->status != 401)) {
    return answered(op, answer);
  }
  // Its 15 minutes are over: say it as an ordinary message.
  Job job = std::move(it->second);
  jobs_.erase(it);
  if (stopped_) return results_.failed(op, sdk::SendResults::stopping());
  answered_[job.interaction->token].clear();
  post_message(op, std::move(job));
}

void Sender::post_message(oc_op op, Job job) {
  const auto request = message_request(job.channel, job.content, job.reply_to, job.key);
  if (!request) {
    return results_.refuse(
        op, {OC_E_REFUSED, "the channel's id is not one of Discord's", OC_EF_NOT_DONE});
  }
  job.posted = true;
  call(op, *request, std::move(job), &Sender::answered);
}

void Sender::call(oc_op op, const Request& request, Job job,
                  void (Sender::*then)(oc_op, const Answer&)) {
  if (const auto ms = api_.call(
          request, kSendMs, [this, op, then](const Answer& answer) { (this->*then)(op, answer); },
          &job.call)) {
    return results_.hand_back(op, "it waits for Discord's rate limits", ms);
  }
  jobs_[op] = std::move(job);
}

/// Discord takes no address that it cannot read as one, and no embed where the bot may not embed
/// links. Nothing was sent, so the nonce is still good.
bool Sender::send_without_image(oc_op op, const Answer& answer) {
  const auto it = jobs_.find(op);
  if (!answer.error || it->second.content.image.empty()) return false;
  const bool refused =
      answer.error->status == 400 || answer.error->code == ApiError::kMissingPermissions;
  if (!refused) return false;
  Job job = std::move(it->second);
  jobs_.erase(it);
  if (stopped_) {
    results_.failed(op, sdk::SendResults::stopping());
    return true;
  }
  if (!job.key.empty()) without_image_.push_back(job.key);
  if (without_image_.size() > kRememberedRefusals) without_image_.pop_front();
  job.content = without_image(std::move(job.content));
  go(op, std::move(job));
  return true;
}

void Sender::answered(oc_op op, const Answer& answer) {
  if (send_without_image(op, answer)) return;
  const Job job = std::move(jobs_[op]);
  jobs_.erase(op);
  if (!answer.error) return complete(op, answer, job);
  const sdk::Failure failure = send_failure(*answer.error, key_prefix_);
  if (failure.code == OC_E_AUTH) hooks_.token_refused(failure.message);
  if (answer.error->lacks_permission()) hooks_.not_permitted(job.channel, failure.message);
  results_.failed(op, failure);
}

void Sender::complete(oc_op op, const Answer& answer, const Job& job) {
  const std::string id = decode_message_id(answer.body);
  if (id.empty()) {
    return results_.failed(
        op, {OC_E_NET, "Discord's answer cannot be read; the message may have been sent",
             OC_EF_MAYBE_DONE | OC_EF_RETRY});
  }
  results_.sent(op, id);
  if (job.posted) hooks_.permitted(job.channel);
  hooks_.sent(job.turn);
}

void Sender::remember(const std::string& token, const std::string& key) {
  if (!answered_.insert_or_assign(token, key).second) return;
  answered_order_.push_back(token);
  if (answered_order_.size() <= kRememberedAnswers) return;
  answered_.erase(answered_order_.front());
  answered_order_.pop_front();
}

void Sender::cancel(oc_op op) {
  const auto it = jobs_.find(op);
  if (it != jobs_.end()) api_.cancel(it->second.call);
}

}  // namespace openclaw::discord
