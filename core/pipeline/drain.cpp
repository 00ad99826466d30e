// Begins and ends the taking of turns: after the start, and when the gateway stops.
#include "core/pipeline/pipeline.hpp"

#include <utility>

namespace openclaw::pipeline {

void Pipeline::begin_turns() {
  begun_ = true;
  for (auto& [message, session] : std::exchange(early_compactions_, {})) {
    compact(std::move(message), session);
  }
  pump();
}

void Pipeline::abandon() {
  for (const auto& [session, turn] : turns_) {
    for (const WaitingMessage& message : turn->messages()) cut_turns_.cut(message.id);
  }
  const bool any = !turns_.empty();
  turns_.clear();
  if (!any) return;
  env_.store.write(PutValue{"core", "cut", cut_turns_.serialise()},
                   [alive = alive_](const Result<Written>& written) {
                     if (*alive == nullptr || !written.has_error()) return;
                     (*alive)->env_.log.warn("turns.cut_not_stored",
                                             {{"error", written.error().message},
                                              {"hint", "this stop used up one of their attempts"}});
                   });
}

void Pipeline::drain(std::function<void()> drained) {
  draining_ = true;
  drained_ = std::move(drained);
  compactions_.clear();  // asked for again at the next start
  env_.loop.cancel(wake_);
  note_drained();
}

void Pipeline::note_drained() {
  if (!draining_ || !drained_ || !turns_.empty() || finishing_now_ != 0) return;
  delivery_.drain();  // not before: what the last turns said is on its way
  if (delivery_.sending() != 0) return;
  env_.loop.post(std::exchange(drained_, nullptr));
}

}  // namespace openclaw::pipeline
