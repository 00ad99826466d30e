// Carries out /compact: beside the turns, since a summary hinders no message that comes meanwhile.
#include "core/pipeline/pipeline.hpp"

namespace openclaw::pipeline {

namespace {
/// Each asks a model on its own, outside the lanes' concurrency.
constexpr std::size_t kMaxCompactions = 4;
}  // namespace

void Pipeline::compact(WaitingMessage message, const std::string& session) {
  if (draining_) return;  // its row waits for the next start
  if (!begun_) {          // found at the start; the providers are not up yet
    early_compactions_.emplace_back(std::move(message), session);
    return;
  }
  if (compactions_.count(session) != 0) {
    finish_now(message, session, Disposition::answered, "I am writing a summary already.", {});
    return;
  }
  if (compactions_.size() >= kMaxCompactions) {
    finish_now(message, session, Disposition::answered,
               "Too many conversations are being compacted just now. Please try again later.", {});
    return;
  }
  const config::Agent& who = agent(message.agent);
  auto compactor = std::make_unique<Compactor>(
      house_, Compactor::Reason::asked, session, who, chain(who, session),
      [this, session](Compactor::Outcome outcome) {
        auto node = compactions_.extract(session);
        std::vector<TranscriptEntry> transcript;
        if (outcome.summary) transcript.push_back(std::move(*outcome.summary));
        finish_now(node.mapped().message, session, Disposition::answered, std::move(outcome.said),
                   {}, std::move(transcript));
      });
  const std::uint64_t id = message.id;
  compactions_.emplace(session, RunningCompaction{std::move(message), std::move(compactor)});
  // Counted first, as a turn is: what always ends the process must not be tried for ever.
  env_.store.write(Attempt{session, lanes_.take_epoch(), {id}},
                   [alive = alive_, session, id](const Result<Written>& written) {
                     if (*alive == nullptr) return;
                     Pipeline& self = **alive;
                     const auto running = self.compactions_.find(session);
                     if (running == self.compactions_.end() || running->second.message.id != id)
                       return;  // ended meanwhile
                     if (!written.has_error()) {
                       running->second.compactor->start();
                       return;
                     }
                     self.env_.log.error(
                         "compaction.attempt_failed",
                         {{"session", session}, {"error", written.error().message}});
                     auto node = self.compactions_.extract(running);
                     self.finish_now(node.mapped().message, session, Disposition::answered,
                                     "The conversation could not be summarised just now.", {});
                   });
}

bool Pipeline::end_compaction(const std::string& session, const std::string& reason) {
  auto node = compactions_.extract(session);
  if (node.empty()) return false;
  finish_now(node.mapped().message, session, Disposition::silent, {}, reason);
  return true;
}

}  // namespace openclaw::pipeline
