// The way of an outgoing message: queue, request, answer.
#include "sender.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/text.hpp"

namespace openclaw::telegram {

namespace {
using nlohmann::json;
constexpr std::uint32_t kSendMs = 30'000;
constexpr std::size_t kMaxMigrations = 1000;
constexpr std::string_view kMigrationsKey = "migrated";
const sdk::Failure kStopped{OC_E_CANCELLED, "the channel stops", OC_EF_NOT_DONE | OC_EF_RETRY};
}  // namespace

Sender::Sender(sdk::Host& host, Api& api, std::string key_prefix, Hooks hooks)
    : host_(host),
      api_(api),
      key_prefix_(std::move(key_prefix)),
      hooks_(std::move(hooks)),
      sent_metric_(host.define_counter("sends_total", "Messages and edits Telegram accepted.")),
      failed_metric_(host.define_counter("send_errors_total", "Sends and edits that failed.")) {}

void Sender::start() {
  host_.state_get(kMigrationsKey, [this](const std::optional<sdk::Failure>& failure,
                                         std::string_view, const std::string& value) {
    // Without it each migrated group costs one refused request, which tells the new id again.
    if (failure) return;
    const json saved = json::parse(value, nullptr, false);
    if (!saved.is_object()) return;
    for (const auto& [from, to] : saved.items()) {
      if (to.is_string()) migrated_.emplace(from, to.get<std::string>());
    }
  });
}

std::string Sender::current_chat(std::string_view chat_id) const {
  const auto it = migrated_.find(std::string(chat_id));
  return it == migrated_.end() ? std::string(chat_id) : it->second;
}

bool Sender::held(const std::string& chat_id) const {
  return queue_.held_ms(chat_id, host_.now_ms()) != 0;
}

void Sender::accept(oc_op op, const oc_message& message, bool edit) {
  if (stopped_) return finish_later(op, kStopped);
  Job job;
  job.target = {current_chat(sdk::view(message.chat_id)), sdk::copy(message.thread_id)};
  job.text = sdk::copy(message.text);
  job.reply_to = sdk::copy(message.reply_to);
  job.message_id = sdk::copy(message.message_id);
  job.edit = edit;
  jobs_[op] = std::move(job);
  hooks_.after_drafts(sdk::copy(message.turn_id), [this, op] { enqueue(op); });
}

void Sender::enqueue(oc_op op) {
  const auto it = jobs_.find(op);
  if (it == jobs_.end()) return;  // cancelled meanwhile
  const std::string& chat = it->second.target.chat_id;
  switch (queue_.push(chat, op, host_.now_ms())) {
    case SendQueue::Admission::queued:
      return pump();
    case SendQueue::Admission::held: {
      const auto ms = static_cast<std::uint32_t>(queue_.held_ms(chat, host_.now_ms()));
      jobs_.erase(it);
      return finish_later(
          op, {OC_E_RATE, "Telegram has limited this chat", OC_EF_NOT_DONE | OC_EF_RETRY, ms});
    }
    case SendQueue::Admission::full:
      jobs_.erase(it);
      return finish_later(op, {OC_E_AGAIN, "too many messages wait for Telegram's rate limits",
                               OC_EF_NOT_DONE | OC_EF_RETRY, 1000});
  }
}

void Sender::pump() {
  while (const auto op = queue_.next(host_.now_ms())) request(*op);
  host_.cancel(std::exchange(timer_, 0));
  if (const auto ms = queue_.wake_in_ms(host_.now_ms())) {
    timer_ = host_.after(std::max<std::uint64_t>(1, *ms), [this] {
      timer_ = 0;
      pump();
    });
  }
}

void Sender::request(oc_op op) {
  Job& job = jobs_.at(op);
  auto body = job.edit ? edit_message_body(job.target, job.message_id, job.text)
                       : send_message_body(job.target, job.text, job.reply_to);
  if (!body) {
    queue_.done(job.target.chat_id, host_.now_ms());
    jobs_.erase(op);
    return finish_later(
        op, {OC_E_REFUSED, "the chat or message id is not one of Telegram's", OC_EF_NOT_DONE});
  }
  job.call = api_.call(job.edit ? "editMessageText" : "sendMessage", std::move(*body), kSendMs,
                       [this, op](const Answer& answer) { answered(op, answer); });
}

void Sender::answered(oc_op op, const Answer& answer) {
  const auto it = jobs_.find(op);
  Job& job = it->second;
  job.call = 0;
  if (answer.error && follow_migration(op, job, *answer.error)) return;

  const Job finished = std::move(job);
  jobs_.erase(it);
  const std::string& chat = finished.target.chat_id;
  queue_.done(chat, host_.now_ms());
  // An edit to what it already says is as good as done.
  const bool unchanged =
      finished.edit && answer.error && answer.error->says("message is not modified");
  if (answer.error && !unchanged) {
    const sdk::Failure failure = send_failure(*answer.error, key_prefix_);
    if (failure.code == OC_E_RATE) held_back(chat, failure);
    if (failure.code == OC_E_AUTH) hooks_.token_refused(failure.message);
    finish(op, failure);
  } else {
    const std::string id = unchanged ? finished.message_id : decode_message_id(answer.body);
    if (id.empty()) {
      finish(op, {OC_E_NET, "Telegram's answer cannot be read; the message may have been delivered",
                  OC_EF_MAYBE_DONE});
    } else {
      host_.evidence(OC_EVIDENCE_SENT);
      host_.add(sent_metric_, 1);
      host_.complete(op, json{{"message_id", id}}.dump());
    }
  }
  pump();
}

bool Sender::follow_migration(oc_op op, Job& job, const ApiError& error) {
  if (error.migrate_to == 0 || job.migrated) return false;
  const std::string from = job.target.chat_id;
  const std::string to = std::to_string(error.migrate_to);
  if (migrated_.size() < kMaxMigrations) {
    migrated_[from] = to;
    save_migrations();
  }
  host_.log(OC_LOG_INFO, "telegram.group_migrated", json{{"from", from}, {"to", to}}.dump());
  queue_.done(from, host_.now_ms());
  if (stopped_) {
    jobs_.erase(op);
    finish(op, kStopped);
    return true;
  }
  job.migrated = true;
  job.target.chat_id = to;
  job.reply_to.clear();  // message ids start anew in a supergroup
  enqueue(op);
  return true;
}

void Sender::held_back(const std::string& chat, const sdk::Failure& failure) {
  for (const oc_op waiting : queue_.hold(chat, failure.retry_after_ms, host_.now_ms())) {
    jobs_.erase(waiting);
    finish(waiting, failure);
  }
}

void Sender::cancel(oc_op op) {
  const auto it = jobs_.find(op);
  if (it == jobs_.end()) return;
  if (it->second.call != 0) return api_.cancel(it->second.call);
  queue_.remove(op);
  jobs_.erase(it);
  finish_later(op, {OC_E_CANCELLED, "cancelled before it was sent", OC_EF_NOT_DONE});
}

void Sender::stop() {
  stopped_ = true;
  host_.cancel(std::exchange(timer_, 0));
  std::vector<oc_op> waiting;
  for (const auto& [op, job] : jobs_) {
    if (job.call == 0) waiting.push_back(op);
  }
  for (const oc_op op : waiting) {
    queue_.remove(op);
    jobs_.erase(op);
    finish(op, kStopped);
  }
}

void Sender::finish(oc_op op, const sdk::Failure& failure) {
  host_.add(failed_metric_, 1);
  host_.fail(op, failure);
}

void Sender::finish_later(oc_op op, sdk::Failure failure) {
  host_.post([this, op, f = std::move(failure)] { finish(op, f); });
}

void Sender::save_migrations() {
  const json value = migrated_;
  host_.state_put(
      kMigrationsKey, value.dump(), OC_STATE_ANY,
      [this](const std::optional<sdk::Failure>& failure, std::string_view, const std::string&) {
        if (failure) {
          host_.log(OC_LOG_DEBUG, "telegram.migrations_not_saved",
                    json{{"error", failure->message}}.dump());
        }
      });
}

}  // namespace openclaw::telegram
