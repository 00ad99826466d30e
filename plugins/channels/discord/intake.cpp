// The queue of received events.
#include "intake.hpp"

#include <algorithm>
#include <iterator>
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
  const bool holds_nothing = !message;
  if (message) entry.channel = message->chat_id;
  entry.message = std::move(message);
  entries_.push_back(std::move(entry));
  ++open_;
  if (holds_nothing) done(std::prev(entries_.end()));
  drop_done();
  return true;
}

Intake::Entry* Intake::next() {
  if (blocked_ || under_way_ >= kUnderWay) return nullptr;
  std::set<std::string_view> busy;
  for (Entry& entry : entries_) {
    if (entry.state == Entry::State::done) continue;
    const bool first = busy.insert(entry.channel).second;
    if (!first || entry.state == Entry::State::under_way || held_.contains(entry.channel)) continue;
    entry.state = Entry::State::under_way;
    ++under_way_;
    return &entry;
  }
  return nullptr;
}

Intake::Entries::iterator Intake::at(std::uint64_t id) {
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), id,
                                      [](const Entry& e, std::uint64_t v) { return e.id < v; });
  return found != entries_.end() && found->id == id ? found : entries_.end();
}

Intake::Entry* Intake::find(std::uint64_t id) {
  const auto found = at(id);
  return found == entries_.end() ? nullptr : &*found;
}

void Intake::settled(std::uint64_t id, bool final) {
  const auto entry = at(id);
  if (entry == entries_.end() || entry->state != Entry::State::under_way) return;
  --under_way_;
  entry->state = Entry::State::waiting;
  if (final) done(entry);
  drop_done();
}

void Intake::done(Entries::iterator entry) {
  --open_;
  entry->state = Entry::State::done;
  entry->message.reset();
  const auto next = std::next(entry);
  if (next != entries_.end() && next->state == Entry::State::done) {
    next->seq = std::max(next->seq, entry->seq);
    entry = entries_.erase(entry);
  }
  if (entry == entries_.begin()) return;
  const auto before = std::prev(entry);
  if (before->state != Entry::State::done) return;
  entry->seq = std::max(entry->seq, before->seq);
  entries_.erase(before);
}

void Intake::drop_done() {
  while (!entries_.empty() && entries_.front().state == Entry::State::done) {
    durable_ = std::max(durable_, entries_.front().seq);
    entries_.pop_front();
  }
}

}  // namespace openclaw::discord
