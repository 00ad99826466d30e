// Queues messages by session, one turn at a time each, fair across sessions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/pipeline/lanes/model_slots.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {
using runtime::Millis;
using runtime::TimePoint;

struct LaneOptions {
  std::string mode = "collect";    ///< collect | followup | interrupt
  Millis debounce{500};            ///< collect, interrupt: quiet time before a turn starts
  std::uint32_t cap = 20;          ///< waiting messages per session
  std::string drop = "summarize";  ///< summarize | old | new
  std::uint32_t concurrency = 8;   ///< turns at once that wait for a model
};

struct LaneEntry {
  std::uint64_t id = 0;
  bool solo = false;  ///< its own turn, no debounce: an HTTP request
  std::uint32_t bytes = 0;
  bool last_try = false;  ///< its own turn, and no other last try runs beside it
};

struct LaneTurn {
  std::string session;
  std::uint64_t epoch = 0;
  std::vector<std::uint64_t> ids;          ///< in order of acceptance
  std::vector<std::uint64_t> abbreviated;  ///< subset of ids: over the cap under "summarize"
  bool claimed = false;  ///< the store counted this attempt when it took the message
};

/// Deficit round robin: sessions that are ready stand in a ring; each visit grants a quantum of
/// bytes, a turn starts when the grants cover it. One turn per session runs at a time, and a
/// session that has more waiting goes to the end of the ring. Sessions without messages take no
/// memory.
///
/// A message that was being answered when the gateway died may be what it died of, or may only have
/// been there at the time. Such last tries run one after another: then the next death tells.
class Lanes {
 public:
  /// "summarize" abbreviates what is over the cap, but memory is not endless: past this many times
  /// the cap (and past kSummarizeFloor) a session is refused like under "new".
  static constexpr std::size_t kSummarizeFactor = 50;
  static constexpr std::size_t kSummarizeFloor = 1000;

  Lanes(LaneOptions options, std::uint64_t first_epoch);
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  struct Admitted {
    bool accepted = true;
    bool tell_sender = false;            ///< the first drop or refusal since the last turn began
    std::vector<std::uint64_t> dropped;  ///< "old": dead-letter these
    bool interrupt = false;              ///< mode interrupt: cancel this session's running turn
  };
  /// May be asked before the message is stored: enqueue() would not accept it.
  [[nodiscard]] bool would_refuse(std::string_view session, bool solo = false) const;
  Admitted enqueue(const std::string& session, LaneEntry entry, TimePoint now);
  /// A message that a start found in the inbox: accepted long ago, so no cap and no debounce.
  void recover(const std::string& session, LaneEntry entry);

  /// Takes the lane for a message that is about to be stored, when its turn could start at once:
  /// then one write accepts and claims it. The turn's epoch, or nothing when it would wait. Goes on
  /// with begun(), or ends with release().
  std::optional<std::uint64_t> begin(const std::string& session, LaneEntry entry);
  /// The turn that begin() promised, for the message that has been stored as `id`.
  LaneTurn begun(const std::string& session, std::uint64_t id);

  std::optional<LaneTurn> next(TimePoint now);  ///< call until empty
  /// The earliest end of a debounce or hold, if that is all that is waited for.
  [[nodiscard]] std::optional<TimePoint> wake_at() const;
  /// The turn's claim is durable. True when it may ask its model; else grant() names it later.
  bool take_slot(std::string_view session, std::uint64_t epoch);
  /// The session whose turn has got the slot that it waits for; call until empty.
  std::optional<std::string> grant();
  /// The turn waits for something else first, and another may be claimed in its stead; come_back()
  /// when it goes on.
  void step_aside(std::string_view session, std::uint64_t epoch);
  void come_back(std::string_view session, std::uint64_t epoch);
  /// The turn has its answer and only stores it: another may ask its model meanwhile, though not in
  /// this lane. False when the epoch is not the lane's or the slot is free already. Then call
  /// grant() and next().
  bool free_slot(std::string_view session, std::uint64_t epoch);
  /// The turn is over; false when the epoch is not the lane's. Then call grant()
  /// and next().
  bool release(std::string_view session, std::uint64_t epoch);
  /// An epoch of its own, for a message that ends without a turn.
  std::uint64_t take_epoch() { return next_epoch_++; }
  /// Puts a failed turn's messages back in front, in their order, as one turn of their own, to
  /// start no earlier than `not_before`. To be called before that turn's release(): afterwards
  /// `solo` and `bytes` are forgotten.
  void requeue(const std::string& session, const std::vector<std::uint64_t>& ids,
               TimePoint not_before);
  /// /stop: the waiting ids, removed. The running turn is not touched.
  std::vector<std::uint64_t> clear(std::string_view session);

  /// `visit(session, id)` for each that waits for a turn of its own.
  template <class Visit>
  void each_alone(Visit visit) const {
    for (const auto& [session, lane] : lanes_) {
      for (const Entry& entry : lane.entries) {
        if (entry.solo) visit(std::string_view(session), entry.id);
      }
    }
  }

  [[nodiscard]] std::optional<std::uint64_t> running(std::string_view session) const;  ///< epoch
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  /// Lanes whose next turn waits for its start.
  [[nodiscard]] std::size_t waiting_lanes() const {
    return ring_.size() + held_.size() + parked_.size();
  }
  [[nodiscard]] bool has(std::string_view session) const { return find(session) != nullptr; }
  /// Of several gateways: how many more lanes should wait here, before others are to have their
  /// share. One for each place, as a turn takes seconds and another gateway may have nothing to do;
  /// and what the free places take at once.
  [[nodiscard]] std::size_t lanes_wanted() const {
    const std::size_t own = options_.concurrency + slots_.free();
    return own - std::min(own, waiting_lanes());
  }
  [[nodiscard]] bool wants_many_lanes() const { return 2 * lanes_wanted() > options_.concurrency; }
  [[nodiscard]] std::size_t waiting(std::string_view session) const;
  [[nodiscard]] const ModelSlots& slots() const { return slots_; }
  [[nodiscard]] std::size_t lane_count() const { return lanes_.size(); }

 private:
  struct Entry : LaneEntry {
    std::uint64_t batch = 0;  ///< not 0: requeued together, stays together
  };
  enum class State : std::uint8_t { empty, held, ready, parked, running };
  struct Lane {
    std::string_view session;  ///< the map's own key
    std::uint64_t serial = 0;
    State state = State::empty;
    std::deque<Entry> entries;      ///< waiting
    std::vector<Entry> in_turn;     ///< of the running turn
    std::uint64_t epoch = 0;        ///< of the running turn
    ModelSlots::Place place;        ///< of the running turn
    std::uint64_t deficit = 0;      ///< granted and not used, in bytes
    bool told = false;              ///< the sender knows of a drop
    TimePoint burst_since{};        ///< when the present burst of messages began
    TimePoint debounced_at{};       ///< when it counts as over
    TimePoint not_before{};         ///< of a requeued turn
    TimePoint ready_at{};           ///< key in held_
    std::list<Lane*>::iterator at;  ///< in ring_ or parked_
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Map = std::unordered_map<std::string, Lane, Hash, std::equal_to<>>;
  using HeldKey = std::pair<TimePoint, std::uint64_t>;

  Lane& lane_of(const std::string& session);
  [[nodiscard]] const Lane* find(std::string_view session) const;
  Lane* running_lane(std::string_view session, std::uint64_t epoch);
  static std::deque<Entry>::const_iterator oldest_droppable(const Lane& lane);
  void hold(Lane& lane);    ///< until its ready_at
  void detach(Lane& lane);  ///< from ring and hold
  void promote(TimePoint now);
  void call_parked();  ///< one at a time: each takes its place behind who is ready
  [[nodiscard]] std::size_t turn_size(const Lane& lane) const;
  [[nodiscard]] std::uint64_t turn_cost(const Lane& lane, std::size_t size) const;
  void run(Lane& lane);
  LaneTurn start(Lane& lane, std::size_t size);

  LaneOptions options_;
  std::uint64_t next_epoch_;
  std::uint64_t next_serial_ = 1;
  std::size_t waiting_ = 0;
  ModelSlots slots_;
  Map lanes_;
  std::list<Lane*> ring_;          ///< ready, in order of service
  std::map<HeldKey, Lane*> held_;  ///< debounced or held, by when they are ready
  Lane* last_try_ = nullptr;       ///< that runs
  std::list<Lane*> parked_;        ///< until it is over: their next turns are last tries too
  const Lane* called_ = nullptr;   ///< unparked and in the ring: the next last try, unless cleared
};

/// Owns a running turn: its end, however it comes, releases the lane.
class LaneGuard {
 public:
  LaneGuard() = default;
  /// `released` is called after a release that freed the lane, to ask for the next turn.
  LaneGuard(Lanes& lanes, std::string session, std::uint64_t epoch,
            std::function<void()> released = {});
  LaneGuard(LaneGuard&& other) noexcept;
  LaneGuard& operator=(LaneGuard&& other) noexcept;
  ~LaneGuard();

  void release();     ///< early; again is no harm
  bool take_slot();   ///< see Lanes::take_slot()
  bool free_slot();   ///< see Lanes::free_slot()
  void step_aside();  ///< see ModelSlots::step_aside()
  void come_back();
  [[nodiscard]] bool owns() const { return lanes_ != nullptr; }

 private:
  Lanes* lanes_ = nullptr;
  std::string session_;
  std::uint64_t epoch_ = 0;
  std::function<void()> released_;
};

}  // namespace openclaw::pipeline
