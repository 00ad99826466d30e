#include "core/pipeline/turn/compactor.hpp"

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
Compaction::Keep keep_for(const config::Agent& agent, Compactor::Reason reason) {
  Compaction::Keep keep;
  keep.entries = std::max(1U, agent.history_messages / 2);
  keep.tokens = std::min<std::uint64_t>(keep.tokens, agent.history_bytes / 2 / 4);
  keep.half_at_most = reason == Compactor::Reason::overflow;
  return keep;
}

}  // namespace

Compactor::Compactor(TurnHouse& house, Reason reason, std::string session,
                     const config::Agent& agent, std::vector<ProviderRef> chain,
                     std::function<void(Outcome)> finished)
    : house_(house),
      reason_(reason),
      session_(std::move(session)),
      agent_(agent),
      finished_(std::move(finished)),
      alive_(std::make_shared<Compactor*>(this)),
      model_(house, *this, {"compaction", session_, kMaxSummaryBytes}, std::move(chain),
             runtime::SteadyClock::now() + std::chrono::seconds(agent.timeout_seconds)) {}

Compactor::~Compactor() {
  *alive_ = nullptr;
  house_.loop.cancel(deadline_);
}

void Compactor::start() {
  deadline_ = house_.loop.after(std::chrono::seconds(agent_.timeout_seconds), [this] {
    deadline_ = {};
    house_.log.error("compaction.too_slow",
                     {{"session", session_}, {"hint", "agents[].timeoutSeconds"}});
    finish({std::nullopt, kFailed});
  });
  const bool overflow = reason_ == Reason::overflow;
  house_.store.history(session_, overflow ? agent_.history_messages : kMaxEntries,
                       overflow ? agent_.history_bytes : kMaxBytes,
                       [alive = alive_](const Result<History>& history) {
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

void Compactor::plan(const History& history) {
  compaction_.emplace(history, keep_for(agent_, reason_));
  if (!compaction_->worthwhile()) {
    finish({std::nullopt, "There is nothing to compact yet: the conversation is short."});
    return;
  }
  PromptParts parts;
  parts.instructions = Compaction::instructions();
  parts.history = nullptr;
  parts.questions.push_back(compaction_->question());
  prompt_.emplace(parts);
  model_.start();
}

std::string Compactor::body(std::string_view model) {
  return prompt_->body(model);
}

void Compactor::ended(ModelCall::Outcome outcome) {
  // One that runs to the bound (less a piece of a character) is no summary.
  if (!outcome.answer || outcome.answer->text.size() + 4 > kMaxSummaryBytes) {
    finish({std::nullopt, kFailed});
    return;
  }
  finish({compaction_->summary(outcome.answer->text, house_.unix_ms()),
          std::to_string(compaction_->covered()) +
              " earlier messages are now a summary; the newest stay as they are."});
}

void Compactor::finish(Outcome outcome) {
  house_.loop.cancel(deadline_);
  *alive_ = nullptr;
  model_.cancel();
  const auto finished = std::move(finished_);
  finished(std::move(outcome));
}

}  // namespace openclaw::pipeline
