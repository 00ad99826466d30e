// The pipeline's ports in memory, for its tests: a store, providers and channels that do as told.
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

#include "core/pipeline/answer.hpp"
#include "core/pipeline/ports.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline::scripted {

/// plugin-api/include/openclaw/storage.h in memory. Writes happen one loop task after they were
/// asked for and are reported one task later, so that a kill can fall between.
class MemoryStore final : public StorePort {
 public:
  explicit MemoryStore(runtime::Loop& loop) : loop_(loop) {}

  struct Inbox {
    InboxRow row;
    std::uint64_t epoch = 0;
  };

  std::function<bool(const Write&)> hold;  ///< true: that write takes longer yet
  /// Asked before each write: an error fails it, nothing of it happens.
  std::function<std::optional<Error>(const Write&)> fault;
  /// Asked after each write: it is applied, and still an error answers it.
  std::function<std::optional<Error>(const Write&)> unclear;
  std::function<std::optional<Error>()> history_fault;
  std::vector<std::string> journal;  ///< what was committed, in order

  std::map<std::uint64_t, Inbox> live, dead;
  std::map<std::uint64_t, OutboxRow> outbox_rows;  ///< every state
  std::map<std::string, std::vector<TranscriptEntry>> transcripts;
  std::map<std::uint64_t, Disposition> ended;
  std::uint64_t max_epoch = 0;

  /// The process died: what was asked for may still be applied, nobody hears of it.
  void cut(bool apply_pending) {
    ++life_;
    apply_orphans_ = apply_pending;
  }

  void write(Write write, Done<Written> done) override {
    loop_.post([this, life = life_, w = std::move(write), d = std::move(done)]() mutable {
      if (life != life_ && !apply_orphans_) return;
      if (hold && hold(w)) {
        this->write(std::move(w), std::move(d));
        return;
      }
      std::optional<Error> failed = fault ? fault(w) : std::nullopt;
      Result<Written> result = failed
                                   ? Result<Written>(*failed)
                                   : std::visit([this](auto& one) { return this->apply(one); }, w);
      if (auto lost = !failed && unclear ? unclear(w) : std::nullopt) result = *lost;
      loop_.post([this, life, r = std::move(result), then = std::move(d)]() mutable {
        if (life == life_) then(std::move(r));
      });
    });
  }
  void history(std::string session, std::uint32_t max_entries, std::uint64_t,
               Done<std::vector<TranscriptEntry>> done) override {
    answer(std::move(done),
           [this, session = std::move(session),
            max_entries]() -> Result<std::vector<TranscriptEntry>> {
             if (auto failed = history_fault ? history_fault() : std::nullopt) return *failed;
             auto all = transcripts[session];
             if (all.size() > max_entries) all.erase(all.begin(), all.end() - max_entries);
             return all;
           });
  }
  void inbox(bool of_dead, std::uint64_t after_id, std::uint32_t limit,
             Done<std::vector<InboxRow>> done) override {
    answer(std::move(done), [this, of_dead, after_id, limit]() -> Result<std::vector<InboxRow>> {
      std::vector<InboxRow> out;
      const auto& from = of_dead ? dead : live;
      for (auto it = from.upper_bound(after_id); it != from.end() && out.size() < limit; ++it) {
        out.push_back(it->second.row);
        out.back().epoch = it->second.epoch;
      }
      return out;
    });
  }
  void outbox(bool of_dead, std::uint64_t after_id, std::uint32_t limit,
              Done<std::vector<OutboxRow>> done) override {
    answer(std::move(done), [this, of_dead, after_id, limit]() -> Result<std::vector<OutboxRow>> {
      std::vector<OutboxRow> out;
      for (auto it = outbox_rows.upper_bound(after_id);
           it != outbox_rows.end() && out.size() < limit; ++it) {
        const auto state = it->second.state;
        const bool is_live = state == OutboxState::stored || state == OutboxState::started;
        const bool is_dead = state == OutboxState::unknown || state == OutboxState::dead;
        if (of_dead ? is_dead : is_live) out.push_back(it->second);
      }
      return out;
    });
  }
  void value(std::string ns, std::string key, Done<StoredValue> done) override {
    answer(std::move(done), [this, at = ns + "/" + key]() -> Result<StoredValue> {
      const auto it = values_.find(at);
      if (it == values_.end()) return Error{Errc::not_found, "no such value"};
      return it->second;
    });
  }

  [[nodiscard]] std::size_t outbox_in(OutboxState state) const {
    return static_cast<std::size_t>(
        std::count_if(outbox_rows.begin(), outbox_rows.end(),
                      [&](const auto& row) { return row.second.state == state; }));
  }

 private:
  template <class T, class F>
  void answer(Done<T> done, F read) {
    loop_.post([this, life = life_, d = std::move(done), read = std::move(read)]() mutable {
      Result<T> result = read();
      loop_.post([this, life, r = std::move(result), then = std::move(d)]() mutable {
        if (life == life_) then(std::move(r));
      });
    });
  }

  Result<Written> apply(const Ingest& w) {
    const std::string key = w.channel + "/" + w.account + "/" + w.event_id;
    if (!w.event_id.empty() && !events_.insert(key).second) return Written{0, true};
    const std::uint64_t id = next_inbox_++;
    const std::uint32_t attempts = w.epoch != 0 ? 1 : 0;
    live[id] = {{id, attempts, w.session, w.agent, w.payload_json, {}, w.received_ms}, w.epoch};
    max_epoch = std::max(max_epoch, w.epoch);
    journal.emplace_back(w.epoch != 0 ? "ingest+attempt" : "ingest");
    return Written{id, false};
  }
  Result<Written> apply(const Attempt& w) {
    for (const auto id : w.ids) {
      const auto it = live.find(id);
      if (it == live.end() || it->second.row.session != w.session || it->second.epoch > w.epoch) {
        return Error{Errc::conflict, "claimed by another"};
      }
    }
    for (const auto id : w.ids) {
      live[id].epoch = w.epoch;
      ++live[id].row.attempts;
    }
    max_epoch = std::max(max_epoch, w.epoch);
    journal.emplace_back("attempt");
    return Written{};
  }
  Result<Written> apply(const Finish& w) {
    for (const auto id : w.ids) {
      const auto it = live.find(id);
      if (it == live.end() || it->second.epoch != w.epoch) {
        return Error{Errc::conflict, "fenced out"};
      }
    }
    for (const auto id : w.ids) {
      if (w.disposition == Disposition::dead) {
        dead[id] = live[id];
        dead[id].row.reason = w.reason;
        dead[id].row.dead_ms = w.ts_ms;
      }
      live.erase(id);
      ended[id] = w.disposition;
    }
    auto& transcript = transcripts[w.session];
    for (auto entry : w.transcript) {
      entry.id = transcript.size() + 1;
      transcript.push_back(entry);
    }
    const std::uint64_t first = next_outbox_;
    for (const auto& entry : w.outbox) {
      if (!idem_keys_.insert(entry.idem_key).second) return Error{Errc::invalid, "key used twice"};
      outbox_rows[next_outbox_] = {next_outbox_, OutboxState::stored, {}, entry, w.ts_ms};
      ++next_outbox_;
    }
    journal.emplace_back("finish");
    return Written{first, false};
  }
  Result<Written> apply(const MarkOutbox& w) {
    const auto it = outbox_rows.find(w.id);
    if (it == outbox_rows.end()) return Error{Errc::not_found, "gone"};
    it->second.state = w.state;
    it->second.reason = w.reason;
    it->second.updated_ms = w.ts_ms;
    journal.push_back(w.state == OutboxState::started ? "started" : "marked");
    return Written{};
  }
  Result<Written> apply(const PutValue& w) {
    auto& at = values_[w.ns + "/" + w.key];
    at = {w.key, w.value, at.version + 1};
    journal.emplace_back("value");
    return Written{at.version, false};
  }
  Result<Written> apply(const ChangeSession& w) {
    transcripts.erase(w.session);
    return Written{};
  }
  static Result<Written> apply(const Sweep&) { return Written{}; }
  Result<Written> apply(const Resolve& w) {
    Written written{0, false};
    if (w.queue == Queue::inbox) {
      auto node = dead.extract(w.id);
      if (node.empty()) return Error{Errc::not_found, "gone"};
      if (!w.drop) {
        auto& row = node.mapped().row;
        written.id = row.id = next_inbox_++;
        row.attempts = 0;
        node.mapped().epoch = 0;
        row.reason.clear();
        live[row.id] = node.mapped();
        ended.erase(w.id);
      }
    } else {
      const auto it = outbox_rows.find(w.id);
      if (it == outbox_rows.end() ||
          (it->second.state != OutboxState::unknown && it->second.state != OutboxState::dead)) {
        return Error{Errc::not_found, "gone"};
      }
      OutboxRow row = it->second;
      outbox_rows.erase(it);
      if (!w.drop) {
        written.id = row.id = next_outbox_++;
        row.state = OutboxState::stored;
        row.entry.expires_ms = w.expires_ms;
        outbox_rows[row.id] = row;
      }
    }
    journal.emplace_back(w.drop ? "dropped" : "retried");
    return written;
  }

  runtime::Loop& loop_;
  std::uint64_t life_ = 0, next_inbox_ = 1, next_outbox_ = 1;
  bool apply_orphans_ = false;
  std::set<std::string> events_, idem_keys_;
  std::map<std::string, StoredValue> values_;
};

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
    traits_.idempotent = idempotent;
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
  int typing_now = 0;
  std::map<std::string, Result<FetchedMedia>> files;  ///< by ref; an unknown one is not found
  std::vector<std::string> fetched;                   ///< "ref<=max_bytes"
  std::vector<Done<FetchedMedia>> held_fetches;
  bool hold_fetches = false;
  std::vector<std::string> reactions;  ///< "+👀 m1", "-👀 m1"

  [[nodiscard]] const ChannelTraits& traits() const override { return traits_; }
  void take(render::Format format) { traits_.text = std::move(format); }
  [[nodiscard]] bool can_deliver() const override { return up; }
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
  void typing(const std::string&, const std::string&, bool on) override { typing_now = on ? 1 : 0; }
  void fetch(const Attachment& attachment, std::uint64_t max_bytes,
             Done<FetchedMedia> done) override {
    fetched.push_back(attachment.ref + "<=" + std::to_string(max_bytes));
    if (hold_fetches) {
      held_fetches.push_back(std::move(done));
      return;
    }
    const auto it = files.find(attachment.ref);
    Result<FetchedMedia> result =
        it == files.end() ? Result<FetchedMedia>(Error{Errc::not_found, "gone"}) : it->second;
    if (!result.has_error() && result->bytes.size() > max_bytes) {
      result = Error{Errc::too_large, "too large"};
    }
    loop_.post([r = std::move(result), d = std::move(done)]() mutable { d(std::move(r)); });
  }
  void react(const std::string&, const std::string&, const std::string& message,
             const std::string& emoji, bool on) override {
    reactions.push_back((on ? "+" : "-") + emoji + " " + message);
  }
  void cut() {
    ++life_;
    held.clear();
  }

 private:
  void show(const Outbound& message) {
    if (traits_.idempotent && !message.idem_key.empty() && !keys_.insert(message.idem_key).second) {
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
