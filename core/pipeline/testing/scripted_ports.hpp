// The pipeline's providers, channels and listeners in memory, for its tests: they do as told.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/pipeline/ports.hpp"
#include "core/pipeline/testing/memory_store.hpp"
#include "core/pipeline/turn/answer.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline::scripted {

/// One answer of a provider: the texts, then an end.
struct Script {
  std::vector<std::string> texts;
  enum class End : std::uint8_t { finish, fail, hang } end = End::finish;
  Error error{Errc::network, "connection reset"};
  bool length = false;  ///< fail: the conversation does not fit the model
  std::string usage{};  ///< finish: what is reported before it, or nothing
  std::string finish{"stop"};
};

inline Script says(std::vector<std::string> texts, std::string usage = {}) {
  return {std::move(texts), Script::End::finish, {}, false, std::move(usage)};
}
inline Script says_nothing(std::string finish) {
  Script script = says({});
  script.finish = std::move(finish);
  return script;
}
inline Script fails(Errc code, std::vector<std::string> shown = {}) {
  return {std::move(shown), Script::End::fail, {code, "as the test wants it"}};
}
inline Script overflows() {
  return {{}, Script::End::fail, {Errc::invalid, "context_length_exceeded"}, true};
}
inline Script hangs(std::vector<std::string> shown = {}) {
  return {std::move(shown), Script::End::hang, {}};
}

class ScriptedProvider final : public ProviderPort {
 public:
  ScriptedProvider(runtime::Loop& loop, std::string name)
      : loop_(loop), name_(std::move(name)), model_(name_ + "-model") {}

  std::deque<Script> scripts;         ///< used up in order; then "ok" for ever
  std::function<Script()> otherwise;  ///< what comes when `scripts` is empty
  std::vector<ChatCall> calls;
  std::size_t cancelled = 0;

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] const std::string& default_model() const override { return model_; }
  ChatId chat(const ChatCall& call, ChatEvents events) override {
    calls.push_back(call);
    Script script = scripts.empty() ? (otherwise ? otherwise() : says({"ok"})) : scripts.front();
    if (!scripts.empty()) scripts.pop_front();
    const ChatId id = ++last_;
    open_.insert(id);
    play(id, std::make_shared<ChatEvents>(std::move(events)), std::move(script), 0);
    return id;
  }
  void cancel(ChatId id) override { cancelled += open_.erase(id); }

 private:
  void play(ChatId id, std::shared_ptr<ChatEvents> events, Script script, std::size_t at) {
    loop_.post([this, id, events = std::move(events), script = std::move(script), at]() mutable {
      if (!open_.contains(id)) return;
      if (at < script.texts.size()) {
        const bool on = events->event(ChatEvent::text, script.texts[at]);
        if (on) {
          play(id, std::move(events), std::move(script), at + 1);
        } else if (open_.erase(id) != 0) {
          events->done(ChatFailure{{Errc::cancelled, "cancelled"}});
        }
        return;
      }
      if (script.end == Script::End::hang) return;
      open_.erase(id);
      if (script.end == Script::End::fail) {
        events->done(ChatFailure{script.error, false, script.length});
      } else {
        if (!script.usage.empty()) events->event(ChatEvent::usage, script.usage);
        events->event(ChatEvent::finish, script.finish);
        events->done(std::nullopt);
      }
    });
  }

  runtime::Loop& loop_;
  std::string name_, model_;
  ChatId last_ = 0;
  std::set<ChatId> open_;
};

class RecordingChannel final : public ChannelPort {
 public:
  RecordingChannel(runtime::Loop& loop, std::string instance, bool idempotent) : loop_(loop) {
    traits_.instance = traits_.channel = std::move(instance);
    traits_.account = "default";
    traits_.idempotent_ms = idempotent ? UINT64_MAX : 0;
    traits_.partials = traits_.typing = traits_.media = traits_.reactions = true;
  }

  std::vector<Outbound> sent;  ///< every send that began
  /// What people see: on an idempotent platform a known key is not shown again.
  std::vector<std::string> shown;
  std::vector<std::string> partials;  ///< "begin", "text:..", "reset", "end"
  std::vector<Done<std::string>> held;
  std::function<Result<std::string>(const Outbound&)> answer;  ///< an Error fails the send
  std::function<bool(const Outbound&)> hold;  ///< true: the send begins and does not end
  bool up = true;
  bool outlet = true;  ///< false: another gateway sends for it
  int typing_now = 0;
  std::vector<std::string> typed;                     ///< "+chat", "-chat"
  std::map<std::string, Result<FetchedMedia>> files;  ///< by ref; an unknown one is not found
  std::vector<std::string> fetched;                   ///< "ref<=max_bytes"
  std::map<FetchId, Done<FetchedMedia>> held_fetches;
  bool hold_fetches = false;
  std::function<std::optional<Error>()> fetch_fault;  ///< asked before each
  std::vector<FetchId> cancelled_fetches;
  bool heeds_cancel = true;            ///< a held fetch ends when it is cancelled
  std::vector<std::string> reactions;  ///< "+👀 m1", "-👀 m1"

  [[nodiscard]] const ChannelTraits& traits() const override { return traits_; }
  void take(render::Format format) { traits_.text = std::move(format); }
  void knows_keys_for(std::uint64_t ms) { traits_.idempotent_ms = ms; }
  [[nodiscard]] bool can_deliver() const override { return up; }
  [[nodiscard]] bool is_outlet() const override { return outlet; }
  void send(const Outbound& message, Done<std::string> done) override {
    sent.push_back(message);
    if (hold && hold(message)) {
      held.push_back(std::move(done));
      return;
    }
    loop_.post([this, message, life = life_, d = std::move(done)]() mutable {
      Result<std::string> result =
          answer ? answer(message) : Result<std::string>("m" + std::to_string(sent.size()));
      if (!result.has_error() || result.error().maybe_done) show(message);
      loop_.post([this, life, r = std::move(result), then = std::move(d)]() mutable {
        if (life == life_) then(std::move(r));
      });
    });
  }
  void partial(PartialKind kind, const Inbound&, const std::string&,
               std::string_view text) override {
    static constexpr const char* kNames[] = {"", "begin", "text:", "reset", "end"};
    partials.push_back(kNames[static_cast<int>(kind)] + std::string(text));
  }
  void typing(const Inbound& to, bool on) override {
    typing_now = on ? 1 : 0;
    typed.push_back((on ? "+" : "-") + to.from.chat_id);
  }
  FetchId fetch(const Attachment& attachment, std::uint64_t max_bytes,
                Done<FetchedMedia> done) override {
    fetched.push_back(attachment.ref + "<=" + std::to_string(max_bytes));
    if (hold_fetches) {
      held_fetches.emplace(fetched.size(), std::move(done));
      return fetched.size();
    }
    const auto it = files.find(attachment.ref);
    Result<FetchedMedia> result =
        it == files.end() ? Result<FetchedMedia>(Error{Errc::not_found, "gone"}) : it->second;
    if (!result.has_error() && result->bytes.size() > max_bytes) {
      result = Error{Errc::too_large, "too large"};
    }
    if (auto failed = fetch_fault ? fetch_fault() : std::nullopt) result = *failed;
    loop_.post([r = std::move(result), d = std::move(done)]() mutable { d(std::move(r)); });
    return fetched.size();
  }
  void cancel_fetch(FetchId id) override {
    cancelled_fetches.push_back(id);
    if (!heeds_cancel) return;
    loop_.post([this, id] { end_fetch(id, Error{Errc::cancelled, "not wanted any more"}); });
  }
  void end_fetch(FetchId id, Result<FetchedMedia> result) {
    auto held_one = held_fetches.extract(id);
    if (!held_one.empty()) held_one.mapped()(std::move(result));
  }
  void react(const Inbound& message, const std::string& emoji, bool on) override {
    reactions.push_back((on ? "+" : "-") + emoji + " " + message.message_id);
  }
  void cut() {
    ++life_;
    held.clear();
    held_fetches.clear();
  }

 private:
  void show(const Outbound& message) {
    if (traits_.idempotent_ms != 0 && !message.idem_key.empty() &&
        !keys_.insert(message.idem_key).second) {
      return;
    }
    shown.push_back(message.text);
  }

  runtime::Loop& loop_;
  ChannelTraits traits_;
  std::uint64_t life_ = 0;
  std::set<std::string> keys_;
};

class RecordingListener final : public AnswerListener {
 public:
  std::string heard;
  std::vector<Result<Answer>> ends;
  void text(std::string_view delta) override { heard += delta; }
  void done(Result<Answer> answer) override { ends.push_back(std::move(answer)); }
};

}  // namespace openclaw::pipeline::scripted
