// Begins and ends the taking of turns: after the start, and when the gateway stops.
#include "core/pipeline/pipeline.hpp"

#include <string>
#include <utility>
#include <vector>

namespace openclaw::pipeline {

void Pipeline::begin_turns() {
  begun_ = true;
  for (auto& [message, session] : std::exchange(early_compactions_, {})) {
    compact(std::move(message), session);
  }
  pump();
  if (collector_) collector_->begin();
}

/// `claimed` is the epoch that an inbound message was stored with, as its first attempt; 0 after
/// this when no turn begins with it.
void Pipeline::inbound_stored(const Result<Written>& written, const std::string& session,
                              bool waited_for, std::uint64_t& claimed) {
  --storing_;
  const bool waits = !written.has_error() && !written->duplicate && !written->elsewhere;
  // Of several gateways: what another one left of this session was collected meanwhile.
  const bool is_first = lanes_.waiting(session) == 0;
  // What a client has asked and waits for is under way, and may end.
  const bool may_begin =
      !draining_ || (waited_for && !abandoned_ && resetting_.count(session) == 0);
  if (claimed != 0 && (!waits || !may_begin || !is_first)) {
    lanes_.release(session, std::exchange(claimed, 0));
    pump_soon();
    if (waits) {
      cut(written->id);
      keep_cuts();
    }
  }
  if (!draining_) return;
  env_.loop.post([alive = alive_] {
    if (*alive != nullptr) (*alive)->note_drained();
  });
}

void Pipeline::cut(std::uint64_t message) {
  cut_turns_.cut(message);
  cuts_to_keep_ = true;
}

void Pipeline::keep_cuts(int tries) {
  if (!std::exchange(cuts_to_keep_, false)) return;
  ++keeping_cuts_;
  tell_others("cut", cut_turns_.serialise());  // whoever collects them is to know
  keep("cut", cut_turns_.serialise(), [alive = alive_, tries](const Result<Written>& written) {
    if (*alive == nullptr) return;
    Pipeline& self = **alive;
    if (self.values_.lost_race(written, tries)) {
      self.values_.read("cut", [alive, tries](const Result<void>&) {
        if (*alive == nullptr) return;
        (*alive)->cuts_to_keep_ = true;
        (*alive)->keep_cuts(tries + 1);
        --(*alive)->keeping_cuts_;
      });
      return;
    }
    --self.keeping_cuts_;
    if (written.has_error()) {
      self.cuts_to_keep_ = true;
      self.env_.log.warn("turns.cut_not_stored",
                         {{"error", written.error().message},
                          {"hint", "this stop used up one of their attempts"}});
    }
    self.note_drained();
  });
}

void Pipeline::abandon() {
  abandoned_ = true;
  for (const auto& [session, turn] : turns_) {
    for (const WaitingMessage& message : turn->messages()) cut(message.id);
  }
  // A reply that is being stored may be stored as started: one that is never asked for then would
  // be in doubt.
  std::erase_if(turns_, [](const auto& one) { return !one.second->is_ending(); });
  for (auto& [id, message] : waiting_) message.listener.reset();
  keep_cuts();
}

void Pipeline::drain(std::function<void()> drained) {
  draining_ = true;
  drained_ = std::move(drained);
  for (const auto& [session, running] : compactions_) cut(running.message.id);
  compactions_.clear();  // asked for again at the next start
  for (auto& [session, parked] : resetting_) {
    if (!parked) continue;
    const LaneTurn lane = std::move(*parked);
    parked.reset();
    lanes_.release(session, lane.epoch);
    for (const std::uint64_t id : lane.ids) {
      if (!let_go(id, session) && lane.claimed) cut(id);
    }
  }
  keep_cuts();
  if (collector_) collector_->end();
  env_.loop.cancel(wake_);
  waiting_indicators_.clear();
  std::vector<std::pair<std::string, std::uint64_t>> asked;
  lanes_.each_alone(
      [&](std::string_view session, std::uint64_t id) { asked.emplace_back(session, id); });
  for (const auto& [session, id] : asked) {
    let_go(id, session);
  }
  note_drained();
}

/// False when nobody waits for its answer.
bool Pipeline::let_go(std::uint64_t message, const std::string& session) {
  const auto found = waiting_.find(message);
  if (found == waiting_.end() || found->second.listener == nullptr) return false;
  send_away(std::move(waiting_.extract(found).mapped()), session);
  return true;
}

/// A question that gets no turn any more. Its client is told and asks again, here or elsewhere, so
/// that the next start must not answer it as well.
void Pipeline::send_away(WaitingMessage question, const std::string& session) {
  question.listener->done(Error{Errc::again, "the gateway is stopping", 1000, true});
  finish_now(question, session, Disposition::silent, {}, "the client was told");
}

void Pipeline::note_drained() {
  if (!draining_ || !drained_ || !turns_.empty()) return;
  if (finishing_now_ + storing_ + keeping_cuts_ != 0) return;
  delivery_.drain();  // not before: what the last turns said is on its way
  if (delivery_.sending() != 0) return;
  env_.loop.post(std::exchange(drained_, nullptr));
}

}  // namespace openclaw::pipeline
