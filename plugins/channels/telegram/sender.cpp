// The way of an outgoing message: request, answer.
#include "sender.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "openclaw/cpp/channel/web_address.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::telegram {

namespace {
using nlohmann::json;
constexpr std::uint32_t kSendMs = 30'000;
/// Telegram gets the file before it answers.
constexpr std::uint32_t kSendMediaMs = 50'000;
constexpr std::size_t kMaxMigrations = 1000;
constexpr std::uint64_t kReadAgainMs = 10'000;
constexpr std::string_view kMigrationsKey = "migrated";
}  // namespace

Sender::Sender(sdk::Host& host, Api& api, std::string key_prefix, Hooks hooks)
    : host_(host),
      api_(api),
      key_prefix_(std::move(key_prefix)),
      hooks_(std::move(hooks)),
      stored_(host, std::string(kMigrationsKey)),
      results_(host, "Telegram") {}

void Sender::start() {
  const bool asked =
      stored_.get([this](const std::optional<sdk::Failure>& failure, const std::string& value) {
        // Without it each migrated group costs one refused request, which tells the new id again.
        if (stopped_) return;
        if (failure) return read_again(failure->message);
        const json saved = json::parse(value, nullptr, false);
        const json& known = saved.is_object() ? saved : json::object();
        const std::size_t learnt = migrated_.size();
        std::size_t of_those = 0;
        for (const auto& [from, to] : known.items()) {
          if (!to.is_string()) continue;
          of_those += migrated_.contains(from) ? 1 : 0;
          migrated_.emplace(from, to.get<std::string>());
        }
        migrations_known_ = true;
        if (of_those < learnt) save_migrations();
      });
  if (!asked) read_again("the gateway takes no more requests now");
}

/// To write the list without having read it would forget what it names.
void Sender::read_again(const std::string& error) {
  host_.log(OC_LOG_WARN, "telegram.migrations_not_loaded",
            sdk::to_text(json{{"error", error}, {"remedy", "look at the storage's state"}}));
  again_timer_ = host_.after(kReadAgainMs, [this] {
    again_timer_ = 0;
    start();
  });
}

void Sender::stop() {
  stopped_ = true;
  host_.cancel(std::exchange(again_timer_, 0));
}

std::string Sender::current_chat(std::string_view chat_id) const {
  const auto it = migrated_.find(std::string(chat_id));
  return it == migrated_.end() ? std::string(chat_id) : it->second;
}

std::uint32_t Sender::held_ms(const std::string& chat_id) const {
  return rates_.held_ms(chat_id, host_.now_ms());
}

void Sender::send(oc_op op, const oc_message& message) {
  if (stopped_) return results_.stopped(op);
  if (const auto ms = hooks_.end_drafts(sdk::copy(message.turn_id))) {
    return results_.hand_back(op, "a draft of this answer is under way", ms);
  }
  Job job;
  job.turn_id = sdk::copy(message.turn_id);
  job.target = {current_chat(sdk::view(message.chat_id)), sdk::copy(message.thread_id)};
  job.text = sdk::copy(message.text);
  job.plain = sdk::copy(message.plain);
  if (message.n_attachments != 0) {
    Media media{sdk::copy(message.attachments->ref), sdk::copy(message.attachments->mime)};
    job.plain.clear();  // a caption has no markup
    if (sdk::read_web_address(media.url)) {
      job.media = std::move(media);
    } else {
      job.text = text_instead(media, job.text);
    }
  }
  // Message ids start anew in a supergroup.
  if (job.target.chat_id == sdk::view(message.chat_id)) job.reply_to = sdk::copy(message.reply_to);
  go(op, std::move(job));
}

std::optional<Call> Sender::call_of(const Job& job) {
  if (job.media) return send_media_call(job.target, *job.media, job.text, job.reply_to);
  const bool html = !job.plain.empty();
  auto body = send_message_body(job.target, job.text, html, job.reply_to);
  if (!body) return std::nullopt;
  return Call{"sendMessage", std::move(*body)};
}

void Sender::go(oc_op op, Job job) {
  auto call = call_of(job);
  if (!call) {
    return results_.refuse(
        op, {OC_E_REFUSED, "the chat's id is not one of Telegram's", OC_EF_NOT_DONE});
  }
  if (const auto ms = rates_.begin(job.target, host_.now_ms())) {
    return results_.hand_back(op, "it waits for Telegram's rate limits", ms);
  }
  request(op, job, std::move(*call));
  jobs_[op] = std::move(job);
}

void Sender::request(oc_op op, Job& job, Call call) {
  job.call = api_.call(call.method, std::move(call.body), job.media ? kSendMediaMs : kSendMs,
                       [this, op](const Answer& answer) { answered(op, answer); });
}

bool Sender::end_when_stopped(oc_op op, const Job& job) {
  if (!stopped_) return false;
  rates_.done(job.target);
  jobs_.erase(op);
  results_.failed(op, sdk::SendResults::stopping());
  return true;
}

/// Past the rates, which counted the message already: handed back, it would come again with the
/// same markup.
bool Sender::send_plain(oc_op op, Job& job, const ApiError& error) {
  if (job.plain.empty() || error.status != 400 || !error.says("can't parse entities")) return false;
  host_.log(OC_LOG_WARN, "telegram.markup_refused",
            sdk::to_text(
                json{{"hint", "the message is sent as plain text; please report this as a bug"}}));
  if (end_when_stopped(op, job)) return true;
  job.text = std::exchange(job.plain, {});
  request(op, job, call_of(job).value_or(Call{}));
  return true;
}

/// Past the rates, which counted the message already.
bool Sender::send_text_instead(oc_op op, Job& job, const ApiError& error) {
  if (!job.media || !media_refused(error)) return false;
  host_.log(OC_LOG_INFO, "telegram.media_refused",
            sdk::to_text(
                json{{"hint", "Telegram could not get or show it; its address is sent as text"}}));
  if (end_when_stopped(op, job)) return true;
  job.text = text_instead(*job.media, job.text);
  job.media.reset();
  request(op, job, call_of(job).value_or(Call{}));
  return true;
}

void Sender::answered(oc_op op, const Answer& answer) {
  const auto it = jobs_.find(op);
  Job& job = it->second;
  job.call = 0;
  if (answer.error && send_plain(op, job, *answer.error)) return;
  if (answer.error && follow_migration(op, job, *answer.error)) return;
  if (answer.error && send_text_instead(op, job, *answer.error)) return;

  const Job finished = std::move(job);
  jobs_.erase(it);
  rates_.done(finished.target);
  if (answer.error) {
    const sdk::Failure failure = send_failure(*answer.error, key_prefix_);
    if (failure.code == OC_E_RATE) {
      rates_.hold(finished.target.chat_id, failure.retry_after_ms, host_.now_ms());
    }
    // Once the token has worked, a 404 is a proxy's mood rather than Telegram's verdict.
    if (answer.error->status == 401) hooks_.token_refused(failure.message);
    if (answer.error->lacks_permission()) {
      const bool topic = answer.error->topic_closed();
      hooks_.not_permitted(topic ? topic_of(finished.target) : finished.target.chat_id,
                           failure.message);
    }
    results_.failed(op, failure);
  } else {
    const std::string id = decode_message_id(answer.body);
    if (id.empty()) {
      results_.failed(
          op, {OC_E_NET, "Telegram's answer cannot be read; the message may have been delivered",
               OC_EF_MAYBE_DONE});
    } else {
      results_.sent(op, id);
      hooks_.sent(finished.target, finished.turn_id);
    }
  }
}

bool Sender::follow_migration(oc_op op, Job& job, const ApiError& error) {
  if (error.migrate_to == 0 || job.migrated) return false;
  const std::string from = job.target.chat_id;
  const std::string to = std::to_string(error.migrate_to);
  if (migrated_.size() < kMaxMigrations) {
    migrated_[from] = to;
    save_migrations();
  }
  host_.log(OC_LOG_INFO, "telegram.group_migrated", sdk::to_text(json{{"from", from}, {"to", to}}));
  if (end_when_stopped(op, job)) return true;
  rates_.done(job.target);
  Job moved = std::move(job);
  jobs_.erase(op);
  moved.migrated = true;
  moved.target.chat_id = to;
  moved.reply_to.clear();  // message ids start anew in a supergroup
  go(op, std::move(moved));
  return true;
}

void Sender::cancel(oc_op op) {
  const auto it = jobs_.find(op);
  if (it != jobs_.end()) api_.cancel(it->second.call);
}

void Sender::save_migrations() {
  unsaved_ = true;
  if (!migrations_known_ || saving_) return;
  unsaved_ = false;
  const json value = migrated_;
  saving_ = stored_.put(sdk::to_text(value), [this](const auto& failure) {
    saving_ = false;
    // Another gateway has learnt of a group too: both are kept.
    if (failure && failure->code == OC_E_CONFLICT) {
      migrations_known_ = false;
      if (!stopped_) start();
    } else if (failure) {
      host_.log(OC_LOG_DEBUG, "telegram.migrations_not_saved",
                sdk::to_text(json{{"error", failure->message}}));
    } else if (unsaved_) {
      save_migrations();
    }
  });
}

}  // namespace openclaw::telegram
