#include "core/pipeline/compactor.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::pipeline {
namespace {

// What is older than that is not summarised: no model could read it at once.
constexpr std::uint32_t kMaxEntries = 2000;
constexpr std::uint64_t kMaxBytes = 512U << 10U;
constexpr std::size_t kMaxSummaryBytes = 64U << 10U;
constexpr char kFailed[] = "The conversation could not be summarised just now.";

/// The summary is to stay in sight for as many messages as are kept, see agents[].historyMessages.
Compaction::Keep keep_for(const config::Agent& agent) {
  Compaction::Keep keep;
  keep.entries = std::max(1U, agent.history_messages / 2);
  keep.tokens = std::min<std::uint64_t>(keep.tokens, agent.history_bytes / 2 / 4);
  return keep;
}

}  // namespace

Compactor::Compactor(TurnHouse& house, std::string session, const config::Agent& agent,
                     std::vector<ProviderRef> chain, std::function<void(Outcome)> finished)
    : house_(house),
      session_(std::move(session)),
      agent_(agent),
      finished_(std::move(finished)),
      alive_(std::make_shared<Compactor*>(this)),
      failover_(std::move(chain), house.cooldowns,
                runtime::SteadyClock::now() + std::chrono::seconds(agent.timeout_seconds),
                house.jitter) {}

Compactor::~Compactor() {
  *alive_ = nullptr;
  if (call_ != 0) provider_->cancel(call_);
  house_.loop.cancel(timer_);
  house_.loop.cancel(deadline_);
}

void Compactor::start() {
  deadline_ = house_.loop.after(std::chrono::seconds(agent_.timeout_seconds), [this] {
    deadline_ = {};
    house_.log.error("compaction.too_slow",
                     {{"session", session_}, {"hint", "agents[].timeoutSeconds"}});
    finish({std::nullopt, kFailed});
  });
  house_.store.history(session_, kMaxEntries, kMaxBytes,
                       [alive = alive_](const Result<std::vector<TranscriptEntry>>& history) {
                         if (*alive == nullptr) return;
                         Compactor& self = **alive;
                         if (history.has_error()) {
                           self.house_.log.error(
                               "compaction.history_failed",
                               {{"session", self.session_}, {"error", history.error().message}});
                           self.finish({std::nullopt, kFailed});
                           return;
                         }
                         self.plan(*history);
                       });
}

void Compactor::plan(const std::vector<TranscriptEntry>& history) {
  compaction_.emplace(history, keep_for(agent_));
  if (!compaction_->worthwhile()) {
    finish({std::nullopt, "There is nothing to compact yet: the conversation is short."});
    return;
  }
  PromptParts parts;
  parts.instructions = Compaction::instructions();
  parts.history = nullptr;
  parts.questions.push_back(compaction_->question());
  prompt_.emplace(parts);
  follow(failover_.begin(runtime::SteadyClock::now()));
}

void Compactor::follow(const FailoverAttempt::Step& step) {
  switch (step.kind) {
    case FailoverAttempt::Step::call:
      call(step.target);
      return;
    case FailoverAttempt::Step::wait:
      timer_ = house_.loop.after(step.pause, [this] {
        timer_ = {};
        follow(failover_.after_wait(runtime::SteadyClock::now()));
      });
      return;
    case FailoverAttempt::Step::give_up:
      house_.log.error("compaction.gave_up", {{"session", session_}, {"detail", step.detail}});
      finish({std::nullopt, kFailed});
      return;
  }
}

void Compactor::call(const ProviderRef& target) {
  const auto it = house_.providers.find(target.provider);
  if (it == house_.providers.end()) {
    follow(failover_.after_failure({Errc::invalid, "no provider named " + target.provider}, false,
                                   false, false, runtime::SteadyClock::now()));
    return;
  }
  answer_.clear();
  provider_ = it->second;
  const ChatCall request{target.model, prompt_->body(target.model), true, false};
  call_ = provider_->chat(request, {[alive = alive_](ChatEvent kind, std::string_view data) {
                                      if (*alive == nullptr) return false;
                                      Compactor& self = **alive;
                                      if (kind != ChatEvent::text) return true;
                                      if (self.answer_.size() + data.size() > kMaxSummaryBytes)
                                        return false;
                                      self.answer_ += data;
                                      return true;
                                    },
                                    [alive = alive_](std::optional<ChatFailure> failure) {
                                      if (*alive == nullptr) return;
                                      (*alive)->call_ = 0;
                                      (*alive)->on_done(std::move(failure));
                                    }});
}

void Compactor::on_done(std::optional<ChatFailure> failure) {
  const auto now = runtime::SteadyClock::now();
  if (!failure && answer_.find_first_not_of(" \t\r\n") == std::string::npos) {
    failure = ChatFailure{{Errc::network, provider_->name() + " gave an empty summary"}};
  }
  if (failure) {
    house_.log.warn("compaction.provider_failed", {{"session", session_},
                                                   {"provider", provider_->name()},
                                                   {"error", failure->error.message}});
    // Nothing of it was shown, so another provider may begin anew.
    follow(failover_.after_failure(failure->error, failure->billing, failure->length, false, now));
    return;
  }
  failover_.succeeded(now);
  finish({compaction_->summary(answer_, house_.unix_ms()),
          std::to_string(compaction_->covered()) +
              " earlier messages are now a summary; the newest stay as they are."});
}

void Compactor::finish(Outcome outcome) {
  house_.loop.cancel(deadline_);
  house_.loop.cancel(timer_);
  if (call_ != 0) provider_->cancel(std::exchange(call_, 0));
  *alive_ = nullptr;  // what a cancelled call still says is of no interest
  const auto finished = std::move(finished_);
  finished(std::move(outcome));
}

}  // namespace openclaw::pipeline
