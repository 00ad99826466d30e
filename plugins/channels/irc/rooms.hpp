// The rooms that the gateway wants to be in: joined, refused, thrown out, tried again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config.hpp"
#include "isupport.hpp"
#include "openclaw/cpp/channel/backoff.hpp"
#include "out.hpp"

namespace openclaw::irc {

class Rooms {
 public:
  Rooms(const std::vector<RoomConfig>& rooms, std::uint64_t seed);

  /// Welcomed by the server: every room is to be joined now.
  void connected(std::int64_t now_ms);
  void disconnected();
  /// The JOIN lines that are due.
  Outs due(std::int64_t now_ms);
  [[nodiscard]] std::optional<std::int64_t> next_ms() const;

  // What the server says.
  void joined(std::string_view name, const ISupport& server);
  /// Refused, or no longer in: tried again with a growing pause.
  void lost(std::string_view name, const std::string& why, const ISupport& server,
            std::int64_t now_ms);
  void invited(std::string_view name, const ISupport& server, std::int64_t now_ms);

  /// One of ours that we are not in at the moment.
  [[nodiscard]] bool away_from(std::string_view name, const ISupport& server) const;
  /// Not every room has answered yet.
  [[nodiscard]] bool waiting() const;
  /// Of the first room that does not let us in; empty = none.
  [[nodiscard]] std::string problem() const;

 private:
  enum class State { out, asked, in };
  struct Room {
    RoomConfig config;
    sdk::Backoff backoff;
    State state = State::out;
    std::int64_t next_ms = 0;
    std::string problem;
  };
  Room* find(std::string_view name, const ISupport& server);

  std::vector<Room> rooms_;
  bool connected_ = false;
};

}  // namespace openclaw::irc
