// Runs one turn. Every callback holds `alive_`, so that a turn can be destroyed at any moment.
#include "core/pipeline/turn.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/pipeline/commands.hpp"
#include "core/render/chunk.hpp"
#include "core/runtime/failpoint.hpp"

namespace openclaw::pipeline {

using runtime::Millis;

namespace {

constexpr Millis kTypingRefresh{6000};
constexpr std::uint32_t kCommitTries = 60;
constexpr std::uint32_t kHistoryTries = 10;
constexpr char kNoAnswer[] =
    "Sorry, I could not answer just now. Please send your message again later.";
constexpr std::size_t kMaxAnswerBytes = 1U << 20U;

/// The messages and parameters that an API client gave with its request, kept in extra_json.
struct ClientRequest {
  std::string messages_json, parameters_json, instructions;
};

ClientRequest client_request(const Inbound& m) {
  ClientRequest out;
  // Only the gateway's own API writes this; a channel's extra_json is its own business.
  if (!m.instance.empty() || m.extra_json.empty()) return out;
  const auto j = nlohmann::json::parse(m.extra_json, nullptr, false);
  if (!j.is_object()) return out;
  if (const auto it = j.find("messages"); it != j.end() && it->is_array()) {
    out.messages_json = it->dump();
  }
  if (const auto it = j.find("parameters"); it != j.end() && it->is_object()) {
    out.parameters_json = it->dump();
  }
  if (const auto it = j.find("instructions"); it != j.end() && it->is_string()) {
    out.instructions = it->get<std::string>();
  }
  return out;
}

std::string hex(std::uint64_t n) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  do {
    out.insert(out.begin(), kDigits[n & 15U]);
    n >>= 4U;
  } while (n != 0);
  return out;
}

}  // namespace

Turn::Turn(TurnHouse& house, LaneGuard guard, LaneTurn lane, std::vector<WaitingMessage> messages,
           const config::Agent& agent, std::vector<ProviderRef> chain, ChannelPort* channel,
           std::int64_t reply_ttl_ms, std::function<void(TurnResult)> finished)
    : house_(house),
      guard_(std::move(guard)),
      lane_(std::move(lane)),
      messages_(std::move(messages)),
      agent_(agent),
      channel_(channel),
      reply_ttl_ms_(reply_ttl_ms),
      finished_(std::move(finished)),
      alive_(std::make_shared<Turn*>(this)),
      model_(house, *this, {"turn", lane_.session, kMaxAnswerBytes}, std::move(chain),
             runtime::SteadyClock::now() + std::chrono::seconds(agent.timeout_seconds)),
      turn_id_("t" + hex(lane_.epoch)) {}

Turn::~Turn() {
  *alive_ = nullptr;
  house_.loop.cancel(timer_);
  house_.loop.cancel(deadline_);
  end_show();
}

void Turn::start() {
  deadline_ = house_.loop.after(std::chrono::seconds(agent_.timeout_seconds), [this] {
    deadline_ = {};
    if (finishing_) return;
    house_.loop.cancel(timer_);
    finish(TurnResult::Kind::dead, "the agent took longer than " +
                                       std::to_string(agent_.timeout_seconds) +
                                       " s (agents[].timeoutSeconds)");
    model_.cancel();
  });
  if (channel_ != nullptr && channel_->traits().typing && last().from.kind == ChatKind::direct) {
    keep_typing();
  }
  const auto request = client_request(last());
  stateless_ = !request.messages_json.empty();
  if (stateless_) {
    history_.emplace();
  } else {
    read_history();
  }
  if (lane_.claimed) {
    OPENCLAW_FAILPOINT_HERE("turn.after_attempt");
    attempt_counted_ = true;
    prepared();
  } else {
    count_attempt();
  }
}

void Turn::count_attempt() {
  OPENCLAW_FAILPOINT_HERE("turn.before_attempt");
  house_.store.write(Attempt{lane_.session, lane_.epoch, lane_.ids},
                     [alive = alive_](const Result<Written>& written) {
                       if (*alive == nullptr) return;
                       Turn& self = **alive;
                       self.attempt_failed_ = written.has_error();
                       if (self.finishing_) return;
                       if (written.has_error()) {
                         self.house_.log.error(
                             "turn.attempt_failed",
                             {{"session", self.lane_.session}, {"error", written.error().message}});
                         self.finishing_ = true;
                         self.give_back(written.error());
                         return;
                       }
                       OPENCLAW_FAILPOINT_HERE("turn.after_attempt");
                       self.attempt_counted_ = true;
                       self.prepared();
                     });
}

void Turn::read_history() {
  house_.store.history(
      lane_.session, agent_.history_messages, agent_.history_bytes,
      [alive = alive_](Result<std::vector<TranscriptEntry>> history) {
        if (*alive == nullptr) return;
        Turn& self = **alive;
        if (self.finishing_) return;
        if (history.has_error()) {
          self.house_.log.error("turn.history_failed", {{"session", self.lane_.session},
                                                        {"error", history.error().message}});
          if (++self.history_tries_ == kHistoryTries) {
            self.finish(TurnResult::Kind::dead,
                        "the conversation could not be read: " + history.error().message);
            return;
          }
          self.timer_ = self.house_.loop.after(self.house_.store_retry, [alive] {
            if (*alive == nullptr) return;
            (*alive)->timer_ = {};
            (*alive)->read_history();
          });
          return;
        }
        self.history_ = std::move(*history);
        self.prepared();
      });
}

void Turn::give_back(const Error& error) {
  end_show();
  house_.loop.cancel(deadline_);
  house_.loop.cancel(timer_);
  const bool fenced = error.code == Errc::conflict;
  for (auto& m : messages_) {
    if (m.listener != nullptr) {
      m.listener->done(Error{Errc::storage, "the answer could not be stored: " + error.message});
    }
  }
  const auto finished = std::move(finished_);
  finished({fenced ? TurnResult::Kind::fenced : TurnResult::Kind::retry, 0, {}});
}

void Turn::prepared() {
  if (!attempt_counted_ || !history_) return;
  const auto request = client_request(last());
  PromptParts parts;
  const std::string instructions =
      agent_.instructions +
      (agent_.instructions.empty() || request.instructions.empty() ? "" : "\n\n") +
      request.instructions;
  parts.instructions = instructions;
  parts.history = &*history_;
  for (const auto& m : messages_) {
    const bool abbreviated = std::find(lane_.abbreviated.begin(), lane_.abbreviated.end(), m.id) !=
                             lane_.abbreviated.end();
    parts.questions.push_back(question_text(m.message, abbreviated));
  }
  parts.client_messages_json = request.messages_json;
  parts.client_parameters_json = request.parameters_json;
  prompt_.emplace(parts);
  history_->clear();
  show(PartialKind::begin, {});
  model_.start();
}

std::string Turn::body(std::string_view model) {
  return prompt_->body(model);
}

bool Turn::heard(const Answer& so_far, std::string_view delta) {
  // A reply that may still turn out to be NO_REPLY is not shown yet.
  if (!visible_ && may_be_silent_reply(so_far.text)) return false;
  show(PartialKind::text, visible_ ? delta : std::string_view(so_far.text));
  return visible_ = true;
}

void Turn::ended(ModelCall::Outcome outcome) {
  if (!outcome.answer) {
    notice_ = outcome.error.message;
    finish(TurnResult::Kind::dead, outcome.detail);
    return;
  }
  answer_ = std::move(*outcome.answer);
  if (is_silent_reply(answer_.text)) {
    answer_.text.clear();
    finish(TurnResult::Kind::silent, "the agent chose not to reply");
  } else {
    if (!visible_) show(PartialKind::text, answer_.text);
    finish(TurnResult::Kind::answered, {});
  }
}

void Turn::cancel() {
  if (finishing_ || cancelled_) return;
  cancelled_ = true;
  house_.loop.cancel(timer_);
  finish(TurnResult::Kind::silent, "stopped");
  model_.cancel();
}

std::vector<OutboxEntry> Turn::replies(const std::string& text) const {
  std::vector<OutboxEntry> out;
  if (last().instance.empty() || text.empty()) return out;  // answered over HTTP only
  // The message of a channel that is not configured now is answered for when it is again.
  ChannelTraits traits;
  traits.instance = last().instance;
  traits.account = last().from.account;
  if (channel_ != nullptr) traits = channel_->traits();
  const std::int64_t created = house_.unix_ms();
  std::size_t part = 0;
  for (auto& piece : render::chunk(text, traits.text_limit, traits.text_unit)) {
    Outbound m;
    m.chat_id = last().from.chat_id;
    m.thread_id = last().from.thread_id;
    if (last().from.kind != ChatKind::direct && part == 0) m.reply_to = last().message_id;
    m.turn_id = turn_id_;
    m.idem_key = turn_id_ + "-" + hex(part++);
    m.extra_json = last().extra_json;
    m.text = std::move(piece);
    out.push_back({lane_.session, traits.instance, traits.account, m.idem_key, to_json(m), created,
                   created + reply_ttl_ms_});
  }
  return out;
}

void Turn::finish(TurnResult::Kind kind, std::string reason) {
  if (finishing_) return;
  finishing_ = true;
  house_.loop.cancel(deadline_);
  if (guard_.free_slot()) house_.slot_free();
  Finish write;
  write.session = lane_.session;
  write.epoch = lane_.epoch;
  write.ids = lane_.ids;
  write.ts_ms = house_.unix_ms();
  write.reason = reason;
  TurnResult result{kind, 0, {}};
  switch (kind) {
    case TurnResult::Kind::answered:
      write.disposition = Disposition::answered;
      break;
    case TurnResult::Kind::silent:
    case TurnResult::Kind::fenced:
    case TurnResult::Kind::retry:
      write.disposition = Disposition::silent;
      break;
    case TurnResult::Kind::dead:
      write.disposition = Disposition::dead;
      house_.log.error("turn.dead_letter", {{"session", lane_.session}, {"reason", reason}});
      break;
  }
  // A conversation that its client keeps itself leaves no transcript here.
  if (kind != TurnResult::Kind::dead && !stateless_) {
    for (const auto& m : messages_) {
      write.transcript.push_back({0,
                                  Role::user,
                                  m.message.ts_ms != 0 ? m.message.ts_ms : write.ts_ms,
                                  question_text(m.message, false),
                                  {}});
    }
  }
  if (kind == TurnResult::Kind::answered) {
    if (!stateless_) {
      write.transcript.push_back(
          {0, Role::assistant, write.ts_ms, answer_.text,
           nlohmann::json{{"model", answer_.model}, {"turn", turn_id_}}.dump()});
    }
    result.outbox = replies(answer_.text);
  } else if (kind == TurnResult::Kind::dead) {
    result.outbox = replies(notice_.empty() ? kNoAnswer : notice_);
    answer_.text.clear();
    answer_.finish_reason = reason;
  }
  write.outbox = result.outbox;
  OPENCLAW_FAILPOINT_HERE("turn.before_finish");
  commit(std::move(write), std::move(result));
}

void Turn::commit(Finish write, TurnResult result) {
  if (attempt_failed_) {  // it ended before it began: claim the rows all the same
    house_.store.write(Attempt{lane_.session, lane_.epoch, lane_.ids},
                       [alive = alive_](const Result<Written>& written) {
                         if (*alive == nullptr) return;
                         Turn& self = **alive;
                         self.attempt_failed_ =
                             written.has_error() && written.error().code != Errc::conflict;
                       });
  }
  Finish copy = write;
  house_.store.write(std::move(copy), [alive = alive_, w = std::move(write), r = std::move(result)](
                                          const Result<Written>& written) mutable {
    if (*alive == nullptr) return;
    Turn& self = **alive;
    if (written.has_error() && written.error().code == Errc::invalid &&
        w.disposition != Disposition::dead) {
      // The store will never take this answer: keep the question where the operator sees it.
      w.disposition = Disposition::dead;
      w.reason = "the store refused the answer: " + written.error().message;
      w.transcript.clear();
      w.outbox.clear();
      r.kind = TurnResult::Kind::dead;
      r.outbox.clear();
      self.commit(std::move(w), std::move(r));
      return;
    }
    if (written.has_error() && (written.error().code != Errc::conflict || self.attempt_failed_) &&
        ++self.commit_tries_ < kCommitTries) {
      // The answer is here and the store is not: keep it and try again.
      self.house_.log.error("turn.finish_retry",
                            {{"session", self.lane_.session}, {"error", written.error().message}});
      self.timer_ = self.house_.loop.after(
          self.house_.store_retry, [alive, again = std::move(w), res = std::move(r)]() mutable {
            if (*alive == nullptr) return;
            (*alive)->timer_ = {};
            (*alive)->commit(std::move(again), std::move(res));
          });
      return;
    }
    if (written.has_error()) {
      self.house_.log.error("turn.not_stored",
                            {{"session", self.lane_.session}, {"error", written.error().message}});
      self.give_back(written.error());
      return;
    }
    OPENCLAW_FAILPOINT_HERE("turn.after_finish");
    self.end_show();
    r.first_outbox_id = written->id;
    for (auto& m : self.messages_) {
      if (m.listener == nullptr) continue;
      if (self.cancelled_) {
        m.listener->done(Error{Errc::cancelled, "stopped"});
      } else if (r.kind == TurnResult::Kind::answered || r.kind == TurnResult::Kind::silent) {
        m.listener->done(self.answer_);
      } else {
        m.listener->done(Error{Errc::network, w.reason});
      }
    }
    const auto finished = std::move(self.finished_);
    finished(std::move(r));
  });
}

void Turn::show(PartialKind kind, std::string_view text) {
  if (channel_ != nullptr && channel_->traits().partials && !last().from.chat_id.empty()) {
    if (kind == PartialKind::begin) shown_ = true;
    channel_->partial(kind, last().from.chat_id, last().from.thread_id, turn_id_, text);
  }
  if (kind == PartialKind::text) {
    for (auto& m : messages_) {
      if (m.listener != nullptr) m.listener->text(text);
    }
  }
}

void Turn::keep_typing() {
  channel_->typing(last().from.chat_id, last().from.thread_id, true);
  typing_timer_ = house_.loop.after(kTypingRefresh, [this] { keep_typing(); });
}

void Turn::end_show() {
  if (house_.loop.cancel(typing_timer_)) {
    channel_->typing(last().from.chat_id, last().from.thread_id, false);
  }
  if (shown_) {
    shown_ = false;
    show(PartialKind::end, {});
  }
}

}  // namespace openclaw::pipeline
