// Received events on their way into the gateway: which goes next, and up to where all are durable.
//
// Within a channel they go one by one, in order; several channels go at once. No I/O.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>

#include "codec.hpp"

namespace openclaw::discord {

class Intake {
 public:
  static constexpr std::size_t kUnderWay = 32;
  /// With so many that are not done, reading pauses.
  static constexpr std::size_t kFull = 500;

  struct Entry {
    std::uint64_t id = 0;
    std::int64_t seq = 0;  ///< 0: of an earlier session, and no part of this one's count
    std::optional<Incoming> message;
    std::string channel;
    enum class State { waiting, under_way, done } state = State::waiting;
  };

  /// A new session counts anew; what still waits of the old one stays.
  void new_session();
  /// A session is resumed: everything up to `seq` is durable.
  void resumed_from(std::int64_t seq);
  /// False: it is known already, as after a resume. Without a message it is done at once.
  bool add(std::int64_t seq, std::optional<Incoming> message);
  /// What goes now, or nullptr. It counts as under way until settled.
  Entry* next();
  [[nodiscard]] Entry* find(std::uint64_t id);
  /// `final`: stored, known, refused, or impossible for ever. Else it is tried again, after
  /// unblock(), and before later ones of its channel.
  void settled(std::uint64_t id, bool final);
  void block() { blocked_ = true; }
  void unblock() { blocked_ = false; }
  [[nodiscard]] bool blocked() const { return blocked_; }
  /// Nothing of this channel goes until it is released; others do.
  void hold(const std::string& channel) { held_.insert(channel); }
  void release(const std::string& channel) { held_.erase(channel); }
  [[nodiscard]] bool full() const { return open_ >= kFull; }
  [[nodiscard]] std::size_t remembered() const { return entries_.size(); }
  [[nodiscard]] std::size_t under_way() const { return under_way_; }
  /// Everything up to here is durable.
  [[nodiscard]] std::int64_t durable() const { return durable_; }

 private:
  using Entries = std::deque<Entry>;
  Entries::iterator at(std::uint64_t id);
  /// Of a run of entries that are done, one is kept: what lies behind a message that waits long
  /// would else pile up.
  void done(Entries::iterator entry);
  void drop_done();

  Entries entries_;
  std::set<std::string> held_;
  std::uint64_t next_id_ = 1;
  std::int64_t received_ = 0, durable_ = 0;
  std::size_t under_way_ = 0, open_ = 0;
  bool blocked_ = false;
};

}  // namespace openclaw::discord
