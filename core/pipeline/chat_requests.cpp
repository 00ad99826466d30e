// Carries out what may be asked of a chat from outside of it: its history, and an end to its turn.
#include "core/pipeline/pipeline.hpp"

#include <utility>

namespace openclaw::pipeline {

Result<std::string> Pipeline::readable_session(const Inbound& chat) const {
  const auto entry = channels_.find(chat.instance);
  if (entry == channels_.end() ||
      !entry->second.access->may_read(
          {chat.from.kind, chat.from.sender_id, chat.from.chat_id, true})) {
    return Error{Errc::auth, "the sender may not speak here"};
  }
  return router_.route(chat.from, place_of(chat.extra_json)).session;
}

void Pipeline::history(Inbound chat, std::uint32_t limit, Done<History> done) {
  constexpr std::uint64_t kMaxBytes = 1U << 20U;
  const auto session = readable_session(chat);
  if (session.has_error() || chat.from.sender_id.empty()) {
    done(session.has_error() ? session.error() : Error{Errc::auth, "the sender has no id"});
    return;
  }
  env_.store.history(*session, limit, kMaxBytes, std::move(done));
}

void Pipeline::stop_turns(const Inbound& chat, Done<std::size_t> done) {
  const auto readable = readable_session(chat);
  if (readable.has_error()) {
    env_.loop.post([error = readable.error(), d = std::move(done)]() mutable { d(error); });
    return;
  }
  // The session may be another gateway's.
  tell_others("stop", std::to_string(env_.unix_ms()) + " " + *readable);
  const std::size_t count = stop_session(*readable);
  env_.loop.post([count, d = std::move(done)]() mutable { d(count); });
}

std::size_t Pipeline::stop_session(const std::string& session, std::int64_t before_ms) {
  std::size_t count = 0;
  for (const std::uint64_t id : lanes_.clear(session)) {
    const auto waits = waiting_.find(id);
    if (waits == waiting_.end()) continue;
    if (waits->second.received_ms >= before_ms) {
      lanes_.recover(session, {id, waits->second.listener != nullptr, 0});
      continue;
    }
    auto node = waiting_.extract(waits);
    waiting_indicators_.take(session, id);
    ++count;
    if (node.mapped().listener != nullptr) {
      node.mapped().listener->done(Error{Errc::cancelled, "stopped"});
    }
    finish_now(node.mapped(), session, Disposition::silent, {}, "stopped");
  }
  if (end_compaction(session, "stopped")) ++count;
  if (const auto turn = turns_.find(session);
      turn != turns_.end() && turn->second->messages().front().received_ms < before_ms) {
    count += turn->second->messages().size();
    turn->second->cancel();
  }
  return count;
}

}  // namespace openclaw::pipeline
