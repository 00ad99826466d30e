// Joining, and joining again.
#include "rooms.hpp"

#include <algorithm>

namespace openclaw::irc {

namespace {
constexpr std::uint64_t kFirstRejoinMs = 5'000;
constexpr std::uint64_t kLongestRejoinMs = 300'000;
constexpr std::int64_t kAnswerMs = 30'000;
constexpr std::size_t kLineBytes = 400;  ///< of the names in one JOIN
}  // namespace

Rooms::Rooms(const std::vector<RoomConfig>& rooms, std::uint64_t seed) {
  // Those with a key first: in a JOIN of several the keys are given to the first rooms.
  for (const bool with_key : {true, false}) {
    for (const RoomConfig& config : rooms) {
      if (config.key.empty() == with_key) continue;
      rooms_.push_back({config,
                        sdk::Backoff(kFirstRejoinMs, kLongestRejoinMs, seed + rooms_.size()),
                        State::out,
                        0,
                        {}});
    }
  }
}

void Rooms::connected(std::int64_t now_ms) {
  connected_ = true;
  for (Room& room : rooms_) {
    room.state = State::out;
    room.next_ms = now_ms;
    room.problem.clear();
    room.backoff.reset();
  }
}

void Rooms::disconnected() {
  connected_ = false;
  for (Room& room : rooms_) room.state = State::out;
}

Outs Rooms::due(std::int64_t now_ms) {
  Outs out;
  std::string names, keys;
  const auto flush = [&] {
    if (!names.empty()) out.push_back({"JOIN " + names + (keys.empty() ? "" : " " + keys)});
    names.clear();
    keys.clear();
  };
  if (!connected_) return out;
  for (Room& room : rooms_) {
    if (room.state == State::asked && room.next_ms <= now_ms) {
      room.state = State::out;
      room.problem = "the room " + room.config.name + " was asked for, and the server says nothing";
    }
    if (room.state != State::out || room.next_ms > now_ms) continue;
    if (names.size() + keys.size() + room.config.name.size() + room.config.key.size() >
        kLineBytes) {
      flush();
    }
    names += (names.empty() ? "" : ",") + room.config.name;
    if (!room.config.key.empty()) keys += (keys.empty() ? "" : ",") + room.config.key;
    room.state = State::asked;
    room.next_ms = now_ms + kAnswerMs;
  }
  flush();
  return out;
}

std::optional<std::int64_t> Rooms::next_ms() const {
  std::optional<std::int64_t> next;
  if (!connected_) return next;
  for (const Room& room : rooms_) {
    if (room.state != State::in) next = std::min(next.value_or(room.next_ms), room.next_ms);
  }
  return next;
}

Rooms::Room* Rooms::find(std::string_view name, const ISupport& server) {
  const auto it = std::find_if(rooms_.begin(), rooms_.end(), [&](const Room& room) {
    return server.same(room.config.name, name);
  });
  return it == rooms_.end() ? nullptr : &*it;
}

void Rooms::joined(std::string_view name, const ISupport& server) {
  Room* room = find(name, server);
  if (room == nullptr) return;
  // The pause stays as long as it has grown: whoever throws us out at once, again and again, is
  // asked ever more seldom, until the next connection.
  room->state = State::in;
  room->problem.clear();
}

void Rooms::lost(std::string_view name, const std::string& why, const ISupport& server,
                 std::int64_t now_ms) {
  Room* room = find(name, server);
  if (room == nullptr) return;
  room->state = State::out;
  room->next_ms = now_ms + static_cast<std::int64_t>(room->backoff.next());
  room->problem = "the room " + room->config.name + " cannot be joined (" + why + ")";
}

void Rooms::invited(std::string_view name, const ISupport& server, std::int64_t now_ms) {
  Room* room = find(name, server);
  if (room != nullptr && room->state == State::out) room->next_ms = now_ms;
}

bool Rooms::away_from(std::string_view name, const ISupport& server) const {
  return std::any_of(rooms_.begin(), rooms_.end(), [&](const Room& room) {
    return room.state != State::in && server.same(room.config.name, name);
  });
}

bool Rooms::waiting() const {
  return std::any_of(rooms_.begin(), rooms_.end(), [](const Room& room) {
    return room.state != State::in && room.problem.empty();
  });
}

std::string Rooms::problem() const {
  for (const Room& room : rooms_) {
    if (!room.problem.empty()) return room.problem;
  }
  return {};
}

}  // namespace openclaw::irc
