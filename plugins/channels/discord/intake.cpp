// The queue of received events.
#include "intake.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace openclaw::discord {

void Intake::new_session() {
  for (Entry& entry : entries_) entry.seq = 0;
  received_ = durable_ = 0;
}

void Intake::resumed_from(std::int64_t seq) {
  // After a restart nothing is known; later it is, and is more.
  received_ = std::max(received_, seq);
  durable_ = std::max(durable_, seq);
}

bool Intake::add(std::int64_t seq, std::optional<Incoming> message) {
  if (seq <= received_) return false;
  received_ = seq;
  Entry entry;
  entry.id = next_id_++;
  entry.seq = seq;
  if (message) {
    entry.channel = message->chat_id;
  } else {
    entry.state = Entry::State::done;
  }
  entry.message = std::move(message);
  entries_.push_back(std::move(entry));
  drop_done();
  return true;
}

Intake::Entry* Intake::next() {
  if (blocked_ || under_way_ >= kUnderWay) return nullptr;
  std::set<std::string_view> busy;
  for (Entry& entry : entries_) {
    if (entry.state == Entry::State::done) continue;
    const bool first = busy.insert(entry.channel).second;
    if (!first || entry.state == Entry::State::under_way) continue;
    entry.state = Entry::State::under_way;
    ++under_way_;
    return &entry;
  }
  return nullptr;
}

Intake::Entry* Intake::find(std::uint64_t id) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), id,
                                   [](const Entry& e, std::uint64_t v) { return e.id < v; });
  return at != entries_.end() && at->id == id ? &*at : nullptr;
}

void Intake::settled(std::uint64_t id, bool final) {
  Entry* entry = find(id);
  if (entry == nullptr || entry->state != Entry::State::under_way) return;
  --under_way_;
  entry->state = final ? Entry::State::done : Entry::State::waiting;
  drop_done();
}

void Intake::drop_done() {
  while (!entries_.empty() && entries_.front().state == Entry::State::done) {
    durable_ = std::max(durable_, entries_.front().seq);
    entries_.pop_front();
  }
}

}  // namespace openclaw::discord
