// Begins turns with what the lanes give, and takes what they end with.
#include <algorithm>
#include <chrono>
#include <utility>

#include "core/pipeline/pipeline.hpp"

namespace openclaw::pipeline {

/// One turn has one reply address. What waits for another chat of the same session goes back to
/// the lane, as a turn of its own.
void Pipeline::keep_one_address(LaneTurn& lane, std::vector<WaitingMessage>& messages) {
  const auto elsewhere = [&first = messages.front().message](const WaitingMessage& m) {
    return m.message.instance != first.instance || m.message.from.chat_id != first.from.chat_id ||
           m.message.from.thread_id != first.from.thread_id;
  };
  const auto cut = std::find_if(messages.begin(), messages.end(), elsewhere);
  if (cut == messages.end()) return;
  std::vector<std::uint64_t> later;
  for (auto m = cut; m != messages.end(); ++m) {
    later.push_back(m->id);
    waiting_.emplace(m->id, std::move(*m));
  }
  messages.erase(cut, messages.end());
  std::erase_if(lane.ids, [&](std::uint64_t id) {
    return std::find(later.begin(), later.end(), id) != later.end();
  });
  lanes_.requeue(lane.session, later, runtime::SteadyClock::now());
}

void Pipeline::start_turn(LaneTurn lane) {
  if (const auto reset = resetting_.find(lane.session); reset != resetting_.end()) {
    reset->second = std::move(lane);
    return;
  }
  std::vector<WaitingMessage> messages;
  for (const std::uint64_t id : lane.ids) {
    auto node = waiting_.extract(id);
    if (!node.empty()) messages.push_back(std::move(node.mapped()));
  }
  LaneGuard guard(lanes_, lane.session, lane.epoch);
  if (messages.empty()) return;  // the guard gives the lane back
  keep_one_address(lane, messages);
  const config::Agent& who = agent(messages.back().agent);
  ChannelPort* where = channel(messages.back().message.instance);
  std::vector<ProviderRef> providers = chain(who, lane.session);
  const std::string session = lane.session;
  const std::uint64_t epoch = lane.epoch;
  const auto began = runtime::SteadyClock::now();
  auto turn = std::make_unique<Turn>(house_, std::move(guard), std::move(lane), std::move(messages),
                                     who, std::move(providers), where,
                                     std::int64_t{config_.queue.reply_ttl_seconds} * 1000,
                                     [this, session, epoch, began](TurnResult result) {
                                       turn_over(session, epoch, std::move(result), began);
                                     });
  std::unique_ptr<TypingIndicator> typing;
  for (const WaitingMessage& m : turn->messages()) {
    if (auto shown = waiting_indicators_.take(session, m.id)) typing = std::move(shown);
  }
  Turn& started = *turn;
  turns_[session] = std::move(turn);
  started.start(std::move(typing));
}

void Pipeline::turn_over(std::string session, std::uint64_t epoch, TurnResult result,
                         runtime::TimePoint began) {
  const auto it = turns_.find(session);
  auto turn = std::move(it->second);
  turns_.erase(it);
  const std::size_t count = turn->messages().size();
  const char* outcome = "answered";
  switch (result.kind) {
    case TurnResult::Kind::answered:
      ledger_.answer(count);
      break;
    case TurnResult::Kind::silent:
      ledger_.silence(count);
      outcome = "silent";
      break;
    case TurnResult::Kind::dead:
      ledger_.bury(count);
      outcome = "dead";
      break;
    case TurnResult::Kind::fenced:
      ledger_.fence(count);
      outcome = "fenced";
      break;
    case TurnResult::Kind::retry:
      try_again(*turn);
      outcome = "retry";
      break;
  }
  if (env_.observer.turn) {
    env_.observer.turn(outcome,
                       std::chrono::duration<double>(runtime::SteadyClock::now() - began).count());
  }
  const bool ended =
      result.kind != TurnResult::Kind::retry && result.kind != TurnResult::Kind::fenced;
  if (auto* ack = this->ack(turn->messages().back().message.instance); ack != nullptr && ended) {
    ack->answered(turn->messages());
  }
  env_.log.debug("turn.over", {{"session", session}, {"epoch", epoch}, {"outcome", outcome}});
  turn.reset();  // gives its lane back
  waiting_indicators_.show_again(session);
  delivery_.stored(result.written, result.outbox);
  pump();
  if (more_to_collect_ && lanes_.wants_many_lanes()) collector_->soon();
  note_drained();
}

}  // namespace openclaw::pipeline
