// Runs one turn. Every callback holds `alive_`, so that a turn can be destroyed at any moment.
#include "core/pipeline/turn/turn.hpp"

#include <algorithm>
#include <utility>

#include "core/pipeline/commands/commands.hpp"
#include "core/runtime/failpoint.hpp"

namespace openclaw::pipeline {

namespace {

constexpr std::uint32_t kCommitTries = 60;
constexpr std::uint32_t kHistoryTries = 10;
constexpr std::size_t kMaxAnswerBytes = 1U << 20U;

TurnResult::Kind kind_of(Disposition disposition) {
  switch (disposition) {
    case Disposition::answered:
      return TurnResult::Kind::answered;
    case Disposition::silent:
      return TurnResult::Kind::silent;
    case Disposition::dead:
      break;
  }
  return TurnResult::Kind::dead;
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
      chain_(std::move(chain)),
      channel_(channel),
      finished_(std::move(finished)),
      request_(client_request(messages_.back().message)),
      record_(lane_, messages_, channel, {!request_.messages_json.empty(), reply_ttl_ms}),
      show_(house.loop, channel, messages_, record_.turn_id()),
      alive_(std::make_shared<Turn*>(this)) {}

Turn::~Turn() {
  *alive_ = nullptr;
  house_.loop.cancel(timer_);
  house_.loop.cancel(deadline_);
}

void Turn::start(std::unique_ptr<TypingIndicator> typing) {
  show_.type(std::move(typing));
  if (record_.stateless()) {
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
      [alive = alive_](Result<History> history) {
        if (*alive == nullptr) return;
        Turn& self = **alive;
        if (self.finishing_) return;
        if (history.has_error()) {
          self.house_.log.error("turn.history_failed", {{"session", self.lane_.session},
                                                        {"error", history.error().message}});
          // A store that is away comes back; what it cannot read for another reason may be damaged.
          const bool waits =
              history.error().code == Errc::again && self.messages_.back().listener == nullptr;
          if (!waits && ++self.history_tries_ == kHistoryTries) {
            self.failed_as_ = Errc::storage;
            self.die("the conversation could not be read: " + history.error().message);
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
  show_.end();
  house_.loop.cancel(deadline_);
  house_.loop.cancel(timer_);
  const bool fenced = error.code == Errc::conflict;
  for (auto& m : messages_) {
    if (m.listener != nullptr) {
      m.listener->done(Error{Errc::storage, "the answer could not be stored: " + error.message});
    }
  }
  const auto finished = std::move(finished_);
  finished({fenced ? TurnResult::Kind::fenced : TurnResult::Kind::retry});
}

void Turn::prepared() {
  if (!attempt_counted_ || !history_) return;
  if (media_state_ == Media::unread) bring_media();
  if (media_state_ == Media::under_way) return;
  if (model_ || guard_.take_slot()) ask();
}

void Turn::slot_granted() {
  if (!finishing_) ask();
}

void Turn::ask() {
  PromptParts parts;
  const std::string instructions =
      agent_.instructions +
      (agent_.instructions.empty() || request_.instructions.empty() ? "" : "\n\n") +
      request_.instructions;
  parts.instructions = instructions;
  parts.history = &*history_;
  for (const auto& m : messages_) {
    const bool abbreviated = std::find(lane_.abbreviated.begin(), lane_.abbreviated.end(), m.id) !=
                             lane_.abbreviated.end();
    parts.questions.push_back(question_text(m.message, abbreviated));
  }
  if (media_ != nullptr) {
    parts.media = [this](MediaOwner owner) { return media_->parts(owner); };
    parts.media_notes = [this](MediaOwner owner) { return media_notes(owner); };
  }
  parts.client_messages_json = request_.messages_json;
  parts.client_parameters_json = request_.parameters_json;
  prompt_.emplace(parts);
  has_history_ = !history_->empty();
  history_->clear();
  if (media_ != nullptr) media_->forget_parts();  // the prompt holds them
  if (media_state_ == Media::left_out && model_ && shortened_ != Shortened::yes) {
    start_model();
    return;
  }
  if (shortened_ == Shortened::yes) {
    model_->ask_again();
    return;
  }
  if (record_.stateless()) request_ = {};  // it may be long, and is asked once
  const auto limit = std::chrono::seconds(agent_.timeout_seconds);
  limit_ = runtime::SteadyClock::now() + limit;
  deadline_ = house_.loop.after(limit, [this] {
    deadline_ = {};
    die("the agent took longer than " + std::to_string(agent_.timeout_seconds) +
        " s (agents[].timeoutSeconds)");
  });
  show_.begin();
  start_model();
}

void Turn::start_model() {
  Asker& self = *this;  // a private base
  model_.emplace(house_, self, ModelCall::Purpose{"turn", lane_.session, kMaxAnswerBytes}, chain_,
                 limit_);
  model_->start();
}

std::string Turn::body(std::string_view model) {
  return prompt_->body(model);
}

bool Turn::heard(const Answer& so_far, std::string_view delta) {
  show_.grow(so_far.text, delta);
  return show_.visible();
}

void Turn::ended(ModelCall::Outcome outcome) {
  if (outcome.too_long) {
    overflowed(std::move(outcome));
    return;
  }
  if (may_be_the_media(outcome)) {
    media_->leave_out_all_but_text();
    ask_without_media(outcome.detail);
    return;
  }
  if (!outcome.answer) {
    die(std::move(outcome.detail), outcome.error.message);
    return;
  }
  answer_ = std::move(*outcome.answer);
  if (is_silent_reply(answer_.text)) {
    answer_.text.clear();
    finish(record_.silent("the agent chose not to reply", house_.unix_ms()));
  } else {
    show_.whole(answer_.text);
    finish(record_.answered(answer_, house_.unix_ms()));
  }
}

void Turn::cancel() {
  if (finishing_) return;
  cancelled_ = true;
  finish(record_.silent("stopped", house_.unix_ms()));
}

void Turn::die(std::string reason, const std::string& notice) {
  if (finishing_) return;
  house_.log.error("turn.dead_letter", {{"session", lane_.session}, {"reason", reason}});
  finish(record_.dead(std::move(reason), notice, house_.unix_ms()));
}

void Turn::finish(Finish write) {
  finishing_ = true;
  house_.loop.cancel(deadline_);
  house_.loop.cancel(timer_);
  if (model_) model_->cancel();
  compactor_.reset();
  media_.reset();
  prompt_.reset();  // it may hold the files
  if (guard_.free_slot()) house_.slot_free();
  OPENCLAW_FAILPOINT_HERE("turn.before_finish");
  commit(std::move(write));
}

void Turn::commit(Finish write) {
  if (attempt_failed_) {  // it ended before it began: claim the rows all the same
    house_.store.write(Attempt{lane_.session, lane_.epoch, lane_.ids},
                       [alive = alive_](const Result<Written>& written) {
                         if (*alive == nullptr) return;
                         Turn& self = **alive;
                         self.attempt_failed_ =
                             written.has_error() && written.error().code != Errc::conflict;
                       });
  }
  house_.prepare_replies(write.outbox);
  Finish copy = write;
  house_.store.write(std::move(copy), [alive = alive_, w = std::move(write)](
                                          const Result<Written>& written) mutable {
    if (*alive == nullptr) return;
    Turn& self = **alive;
    if (written.has_error()) self.house_.replies_not_stored(w.outbox);
    if (written.has_error() && written.error().code == Errc::invalid &&
        w.disposition != Disposition::dead) {
      // The store will never take this answer: keep the question where the operator sees it.
      w.disposition = Disposition::dead;
      w.reason = "the store refused the answer: " + written.error().message;
      w.transcript.clear();
      w.outbox.clear();
      self.commit(std::move(w));
      return;
    }
    if (written.has_error() && (written.error().code != Errc::conflict || self.attempt_failed_) &&
        ++self.commit_tries_ < kCommitTries) {
      // The answer is here and the store is not: keep it and try again.
      self.house_.log.error("turn.finish_retry",
                            {{"session", self.lane_.session}, {"error", written.error().message}});
      self.timer_ =
          self.house_.loop.after(self.house_.store_retry, [alive, again = std::move(w)]() mutable {
            if (*alive == nullptr) return;
            (*alive)->timer_ = {};
            (*alive)->commit(std::move(again));
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
    self.show_.end();
    self.tell_listeners(w);
    const auto finished = std::move(self.finished_);
    finished({kind_of(w.disposition), *written, std::move(w.outbox)});
  });
}

void Turn::tell_listeners(const Finish& written) {
  for (auto& m : messages_) {
    if (m.listener == nullptr) continue;
    if (cancelled_) {
      m.listener->done(Error{Errc::cancelled, "stopped"});
    } else if (written.disposition != Disposition::dead) {
      m.listener->done(answer_);
    } else {
      Error error{failed_as_, written.reason};
      if (failed_as_ == Errc::too_large) error.http_status = 400;  // the question was, no answer
      m.listener->done(std::move(error));
    }
  }
}

}  // namespace openclaw::pipeline
