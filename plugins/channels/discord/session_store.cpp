// One value in the gateway's durable state, written in one put at a time.
#include "session_store.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "openclaw/cpp/json.hpp"

namespace openclaw::discord {

namespace {
using nlohmann::json;

bool same_session(const Resumable& a, const Resumable& b) {
  return a.session_id == b.session_id && a.url == b.url && a.bot_id == b.bot_id;
}
}  // namespace

std::string encode_saved(const Saved& saved, std::int64_t now_ms, std::int64_t unix_ms) {
  json value = {{"session", saved.resumable.session_id},
                {"url", saved.resumable.url},
                {"bot", saved.resumable.bot_id},
                {"seq", saved.resumable.seq},
                {"unixMs", unix_ms}};
  if (saved.budget.known()) {
    value["identifies"] = {{"remaining", saved.budget.remaining()},
                           {"resetsInMs", saved.budget.resets_in_ms(now_ms)},
                           {"nextInMs", saved.budget.next_in_ms(now_ms)}};
  }
  return sdk::to_text(value);
}

Saved decode_saved(const std::string& text, std::int64_t now_ms, std::int64_t unix_ms) {
  const json value = json::parse(text, nullptr, false);
  Saved saved;
  if (!value.is_object()) return saved;
  saved.resumable = {sdk::string_at(value, "session"), sdk::string_at(value, "url"),
                     sdk::string_at(value, "bot"), sdk::integer_at(value, "seq")};
  if (const json* budget = sdk::find_object(value, "identifies")) {
    // A clock that was set back makes nothing older than it is.
    const std::int64_t age = std::max<std::int64_t>(0, unix_ms - sdk::integer_at(value, "unixMs"));
    const std::int64_t left = sdk::integer_at(*budget, "resetsInMs") - age;
    if (left > 0) saved.budget.learn(sdk::integer_at(*budget, "remaining"), left, now_ms);
    saved.budget.wait_for(sdk::integer_at(*budget, "nextInMs") - age, now_ms);
  }
  return saved;
}

void SessionStore::load(std::function<void(Saved)> done, std::function<void()> waits) {
  const auto later = [this, done, waits](const std::string& error) {
    if (ended_) return;
    host_.log(OC_LOG_WARN, "discord.session_not_loaded",
              sdk::to_text(json{{"error", error}, {"remedy", "look at the storage's state"}}));
    load_timer_ = host_.after(kReadAgainMs, [this, done, waits] {
      load_timer_ = 0;
      load(done, waits);
    });
    waits();
  };
  loading_ = value_.get([this, done, later](const auto& failure, const std::string& value) {
    loading_ = false;
    if (ended_) return end();
    if (failure) return later(failure->message);
    Saved saved = decode_saved(value, host_.now_ms(), host_.unix_ms());
    kept_ = saved.resumable;
    done(std::move(saved));
  });
  if (!loading_) host_.post([later] { later("the gateway takes no more requests now"); });
}

void SessionStore::keep(const Session& session) {
  session_ = &session;
  if (again_timer_ != 0) return;
  const Resumable& now = session.resumable();
  if (!same_session(now, kept_) ||
      (session.budget().known() && session.budget().remaining() != kept_remaining_)) {
    return put(session);
  }
  if (now.seq == kept_.seq || timer_ != 0 || saving_) return;
  timer_ = host_.after(kEveryMs, [this] {
    timer_ = 0;
    put(*session_);
  });
}

void SessionStore::put(const Session& session) {
  if (saving_) {
    again_ = true;
    return;
  }
  kept_ = session.resumable();
  kept_remaining_ = session.budget().known() ? session.budget().remaining() : INT64_MAX;
  const Saved saved{kept_, session.budget()};
  saving_ =
      value_.put(encode_saved(saved, host_.now_ms(), host_.unix_ms()), [this](const auto& failure) {
        if (failure) return put_failed(*failure);
        put_over(true);
      });
}

void SessionStore::put_failed(const sdk::Failure& failure) {
  if (failure.code == OC_E_CONFLICT) {
    // Another gateway has the session by now.
    if (ended_ || !ours_()) return put_over(true);
    again_ = true;
    saving_ = value_.get([this](const auto& unread, const std::string&) {
      if (ended_ || !ours_()) again_ = false;
      put_over(!unread);
    });
    if (saving_) return;
  }
  host_.log(
      OC_LOG_WARN, "discord.session_not_saved",
      sdk::to_text(json{{"error", failure.message}, {"remedy", "look at the storage's state"}}));
  put_over(false);
}

void SessionStore::save(const Session& session, std::function<void()> done) {
  session_ = &session;
  saved_ = std::move(done);
  put(session);
  if (!saving_) host_.post([this] { put_over(false); });
}

void SessionStore::put_over(bool stored) {
  saving_ = false;
  if (std::exchange(again_, false)) {
    put(*session_);
    if (!saving_) stored = false;  // the newer one was not even taken
  }
  if (saving_) return;
  const auto saved = std::exchange(saved_, nullptr);
  if (!stored && !ended_ && again_timer_ == 0) {
    again_timer_ = host_.after(kEveryMs, [this] {
      again_timer_ = 0;
      put(*session_);
    });
  }
  if (stored && saved) saved();
  end();
}

void SessionStore::end() {
  if (!loading_ && !saving_ && finished_) std::exchange(finished_, nullptr)();
}

void SessionStore::finish(const Session& session, std::function<void()> done) {
  session_ = &session;
  for (oc_op* timer : {&timer_, &again_timer_, &load_timer_})
    host_.cancel(std::exchange(*timer, 0));
  ended_ = true;
  finished_ = std::move(done);
  if (session.resumable() != kept_) put(session);
  host_.post([this] { end(); });
}

}  // namespace openclaw::discord
