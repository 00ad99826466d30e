#include "core/pipeline/lanes/lanes.hpp"

#include <algorithm>

namespace openclaw::pipeline {
namespace {

constexpr std::uint64_t kQuantum = 4096;
// A turn's cost stays in these bounds: empty messages are not free, and a huge one cannot make
// next() go round the ring for long.
constexpr std::uint64_t kMinCost = 256, kMaxCost = 16 * kQuantum;
/// Messages. One prompt of very many would hold up everybody on the loop while it is built.
constexpr std::size_t kMaxTurn = 30;
constexpr int kMaxDebounces = 5;  // who never pauses is answered all the same

}  // namespace

Lanes::Lanes(LaneOptions options, std::uint64_t first_epoch)
    : options_(std::move(options)), next_epoch_(first_epoch), slots_(options_.concurrency) {
  options_.cap = std::max(options_.cap, 1U);
}

Lanes::Lane& Lanes::lane_of(const std::string& session) {
  const auto [at, fresh] = lanes_.try_emplace(session);
  if (fresh) {
    at->second.session = at->first;
    at->second.serial = next_serial_++;
  }
  return at->second;
}

const Lanes::Lane* Lanes::find(std::string_view session) const {
  const auto found = lanes_.find(session);
  return found == lanes_.end() ? nullptr : &found->second;
}

/// What "old" drops: the oldest that is neither somebody's HTTP request nor a turn to be repeated.
std::deque<Lanes::Entry>::const_iterator Lanes::oldest_droppable(const Lane& lane) {
  return std::find_if(lane.entries.begin(), lane.entries.end(),
                      [](const Entry& e) { return !e.solo && e.batch == 0; });
}

bool Lanes::would_refuse(std::string_view session, bool solo) const {
  const Lane* lane = find(session);
  if (lane == nullptr || lane->entries.size() < options_.cap) return false;
  if (solo || options_.drop == "new") return true;
  if (options_.drop == "old") return oldest_droppable(*lane) == lane->entries.end();
  return lane->entries.size() >= std::max(options_.cap * kSummarizeFactor, kSummarizeFloor);
}

Lanes::Admitted Lanes::enqueue(const std::string& session, LaneEntry entry, TimePoint now) {
  Admitted admitted;
  if (would_refuse(session, entry.solo)) {
    admitted.accepted = false;
    admitted.tell_sender = !std::exchange(lane_of(session).told, true);
    return admitted;
  }
  Lane& lane = lane_of(session);
  if (options_.drop == "old" && lane.entries.size() >= options_.cap) {
    const auto oldest = oldest_droppable(lane);
    admitted.dropped.push_back(oldest->id);
    lane.entries.erase(oldest);
    --waiting_;
    admitted.tell_sender = !std::exchange(lane.told, true);
  }
  const bool in_solo_turn = lane.in_turn.size() == 1 && lane.in_turn.front().solo;
  admitted.interrupt =
      options_.mode == "interrupt" && lane.state == State::running && !entry.solo && !in_solo_turn;
  if (lane.entries.empty()) lane.burst_since = now;
  lane.entries.push_back(Entry{entry, 0});
  ++waiting_;
  const bool at_once =
      entry.solo || options_.mode == "followup" || lane.entries.size() >= options_.cap;
  lane.debounced_at = at_once ? now
                              : std::min(now + options_.debounce,
                                         lane.burst_since + kMaxDebounces * options_.debounce);
  if (lane.state == State::empty || lane.state == State::held) hold(lane);
  return admitted;
}

void Lanes::recover(const std::string& session, LaneEntry entry) {
  Lane& lane = lane_of(session);
  lane.entries.push_back(Entry{entry, 0});
  ++waiting_;
  if (lane.state == State::empty) hold(lane);
}

void Lanes::hold(Lane& lane) {
  detach(lane);
  lane.ready_at = std::max(lane.debounced_at, lane.not_before);
  held_.emplace(HeldKey{lane.ready_at, lane.serial}, &lane);
  lane.state = State::held;
}

void Lanes::detach(Lane& lane) {
  if (called_ == &lane) called_ = nullptr;
  if (lane.state == State::held) held_.erase(HeldKey{lane.ready_at, lane.serial});
  if (lane.state == State::ready) ring_.erase(lane.at);
  if (lane.state == State::parked) parked_.erase(lane.at);
  lane.state = State::empty;
}

void Lanes::promote(TimePoint now) {
  while (!held_.empty() && held_.begin()->first.first <= now) {
    Lane& lane = *held_.begin()->second;
    held_.erase(held_.begin());
    lane.at = ring_.insert(ring_.end(), &lane);
    lane.state = State::ready;
  }
}

void Lanes::call_parked() {
  if (last_try_ != nullptr || called_ != nullptr || parked_.empty()) return;
  called_ = parked_.front();
  parked_.front()->state = State::ready;
  ring_.splice(ring_.end(), parked_, parked_.begin());
}

std::optional<LaneTurn> Lanes::next(TimePoint now) {
  call_parked();
  promote(now);
  if (!slots_.room()) return std::nullopt;
  while (!ring_.empty()) {
    Lane& lane = *ring_.front();
    if (lane.entries.front().last_try && last_try_ != nullptr) {
      if (called_ == &lane) called_ = nullptr;
      parked_.splice(parked_.end(), ring_, lane.at);
      lane.state = State::parked;
      continue;
    }
    const std::size_t size = turn_size(lane);
    const std::uint64_t cost = turn_cost(lane, size);
    lane.deficit += kQuantum;
    if (lane.deficit >= cost) {
      // What is left over is kept, but nobody saves up for a burst.
      lane.deficit = std::min(lane.deficit - cost, kQuantum);
      ring_.pop_front();
      return start(lane, size);
    }
    ring_.splice(ring_.end(), ring_, lane.at);
  }
  return std::nullopt;
}

std::size_t Lanes::turn_size(const Lane& lane) const {
  const Entry& front = lane.entries.front();
  if (front.last_try) return 1;
  if (front.batch == 0 && (front.solo || options_.mode == "followup")) return 1;
  const std::size_t limit = front.batch != 0 || options_.drop == "summarize"
                                ? kMaxTurn
                                : std::min<std::size_t>(options_.cap, kMaxTurn);
  std::size_t size = 1;
  while (size < std::min(limit, lane.entries.size())) {
    const Entry& entry = lane.entries[size];
    if (entry.batch != front.batch || entry.last_try || (front.batch == 0 && entry.solo)) break;
    ++size;
  }
  return size;
}

std::uint64_t Lanes::turn_cost(const Lane& lane, std::size_t size) const {
  std::uint64_t cost = 0;
  for (std::size_t i = 0; i < size && cost < kMaxCost; ++i) cost += lane.entries[i].bytes;
  return std::clamp(cost, kMinCost, kMaxCost);
}

LaneTurn Lanes::start(Lane& lane, std::size_t size) {
  if (called_ == &lane) called_ = nullptr;
  LaneTurn turn{std::string(lane.session), next_epoch_++, {}, {}};
  lane.epoch = turn.epoch;
  // What is over the cap is so whether or not one turn takes all of it.
  const bool abbreviates = options_.drop == "summarize" && size > 1;
  const std::size_t over =
      lane.entries.size() - std::min<std::size_t>(lane.entries.size(), options_.cap);
  const auto end = lane.entries.begin() + static_cast<std::ptrdiff_t>(size);
  lane.in_turn.assign(lane.entries.begin(), end);
  lane.entries.erase(lane.entries.begin(), end);
  waiting_ -= size;
  for (const Entry& entry : lane.in_turn) {
    if (abbreviates && turn.ids.size() < over) turn.abbreviated.push_back(entry.id);
    turn.ids.push_back(entry.id);
  }
  if (lane.in_turn.front().last_try) last_try_ = &lane;
  run(lane);
  lane.told = false;
  lane.not_before = TimePoint{};
  return turn;
}

void Lanes::run(Lane& lane) {
  lane.state = State::running;
  slots_.claim(lane.place, lane.session);
}

std::optional<std::uint64_t> Lanes::begin(const std::string& session, LaneEntry entry) {
  const bool at_once =
      entry.solo || options_.mode == "followup" ||
      (options_.mode == "collect" && options_.debounce == options_.debounce.zero());
  // Who is in the ring came first.
  if (!at_once || !slots_.room() || !ring_.empty() || find(session) != nullptr) {
    return std::nullopt;
  }
  Lane& lane = lane_of(session);
  lane.epoch = next_epoch_++;
  lane.in_turn.assign(1, Entry{entry, 0});
  run(lane);
  return lane.epoch;
}

LaneTurn Lanes::begun(const std::string& session, std::uint64_t id) {
  Lane& lane = lane_of(session);
  lane.in_turn.front().id = id;
  return {session, lane.epoch, {id}, {}, true};
}

std::optional<TimePoint> Lanes::wake_at() const {
  if (!slots_.room() || !ring_.empty() || held_.empty()) return std::nullopt;
  return held_.begin()->first.first;
}

Lanes::Lane* Lanes::running_lane(std::string_view session, std::uint64_t epoch) {
  const auto found = lanes_.find(session);
  if (found == lanes_.end()) return nullptr;
  Lane& lane = found->second;
  return lane.state == State::running && lane.epoch == epoch ? &lane : nullptr;
}

bool Lanes::take_slot(std::string_view session, std::uint64_t epoch) {
  Lane* lane = running_lane(session, epoch);
  return lane != nullptr && slots_.take(lane->place);
}

std::optional<std::string> Lanes::grant() {
  const ModelSlots::Place* place = slots_.grant();
  if (place == nullptr) return std::nullopt;
  return std::string(place->session);
}

bool Lanes::free_slot(std::string_view session, std::uint64_t epoch) {
  Lane* lane = running_lane(session, epoch);
  return lane != nullptr && slots_.give_back(lane->place);
}

void Lanes::step_aside(std::string_view session, std::uint64_t epoch) {
  if (Lane* lane = running_lane(session, epoch)) slots_.step_aside(lane->place);
}

void Lanes::come_back(std::string_view session, std::uint64_t epoch) {
  if (Lane* lane = running_lane(session, epoch)) slots_.come_back(lane->place);
}

bool Lanes::release(std::string_view session, std::uint64_t epoch) {
  Lane* lane = running_lane(session, epoch);
  if (lane == nullptr) return false;
  slots_.give_back(lane->place);
  if (last_try_ == lane) last_try_ = nullptr;
  lane->in_turn.clear();
  lane->state = State::empty;
  if (lane->entries.empty()) {
    lanes_.erase(lanes_.find(session));
  } else {
    hold(*lane);
  }
  return true;
}

void Lanes::requeue(const std::string& session, const std::vector<std::uint64_t>& ids,
                    TimePoint not_before) {
  if (ids.empty()) return;
  Lane& lane = lane_of(session);
  // What interrupted a turn is answered together with it; what failed is repeated alone, so that
  // it takes no newer message down with it.
  const std::uint64_t batch = options_.mode == "interrupt" ? 0 : next_serial_++;
  std::vector<Entry> back;
  auto from = lane.in_turn.begin();
  for (const std::uint64_t id : ids) {
    // Both are in order of acceptance, so the search never starts over.
    const auto found =
        std::find_if(from, lane.in_turn.end(), [&](const Entry& e) { return e.id == id; });
    Entry entry{LaneEntry{.id = id}, 0};
    if (found != lane.in_turn.end()) {
      entry = *found;
      from = found + 1;
    }
    entry.batch = batch;
    back.push_back(entry);
  }
  lane.entries.insert(lane.entries.begin(), back.begin(), back.end());
  waiting_ += back.size();
  lane.not_before = std::max(lane.not_before, not_before);
  if (lane.state != State::running) hold(lane);
}

std::vector<std::uint64_t> Lanes::clear(std::string_view session) {
  std::vector<std::uint64_t> ids;
  const auto found = lanes_.find(session);
  if (found == lanes_.end()) return ids;
  Lane& lane = found->second;
  for (const Entry& entry : lane.entries) ids.push_back(entry.id);
  waiting_ -= ids.size();
  lane.entries.clear();
  lane.not_before = TimePoint{};
  if (lane.state != State::running) {
    detach(lane);
    lanes_.erase(found);
  }
  return ids;
}

std::optional<std::uint64_t> Lanes::running(std::string_view session) const {
  const Lane* lane = find(session);
  if (lane == nullptr || lane->state != State::running) return std::nullopt;
  return lane->epoch;
}

std::size_t Lanes::waiting(std::string_view session) const {
  const Lane* lane = find(session);
  return lane == nullptr ? 0 : lane->entries.size();
}

LaneGuard::LaneGuard(Lanes& lanes, std::string session, std::uint64_t epoch,
                     std::function<void()> released)
    : lanes_(&lanes), session_(std::move(session)), epoch_(epoch), released_(std::move(released)) {}

LaneGuard::LaneGuard(LaneGuard&& other) noexcept
    : lanes_(std::exchange(other.lanes_, nullptr)),
      session_(std::move(other.session_)),
      epoch_(other.epoch_),
      released_(std::move(other.released_)) {}

LaneGuard& LaneGuard::operator=(LaneGuard&& other) noexcept {
  if (this == &other) return *this;
  release();
  lanes_ = std::exchange(other.lanes_, nullptr);
  session_ = std::move(other.session_);
  epoch_ = other.epoch_;
  released_ = std::move(other.released_);
  return *this;
}

LaneGuard::~LaneGuard() {
  release();
}

bool LaneGuard::take_slot() {
  return lanes_ != nullptr && lanes_->take_slot(session_, epoch_);
}

void LaneGuard::step_aside() {
  if (lanes_ != nullptr) lanes_->step_aside(session_, epoch_);
}

void LaneGuard::come_back() {
  if (lanes_ != nullptr) lanes_->come_back(session_, epoch_);
}

bool LaneGuard::free_slot() {
  return lanes_ != nullptr && lanes_->free_slot(session_, epoch_);
}

void LaneGuard::release() {
  Lanes* lanes = std::exchange(lanes_, nullptr);
  if (lanes != nullptr && lanes->release(session_, epoch_) && released_) released_();
}

}  // namespace openclaw::pipeline
