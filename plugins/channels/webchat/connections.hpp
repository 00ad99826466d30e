// The open WebSockets: how many there may be, from where, and how fast they may speak.
//
// Without I/O; times are monotonic milliseconds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openclaw::webchat {

struct ConnectionLimits {
  std::size_t total = 256;
  std::size_t per_ip = 64;  ///< a household or an office behind one address
  std::size_t per_sender = 8;
  std::int64_t hello_ms = 10'000;
  std::int64_t idle_ms = 180'000;  ///< a page pings every 25 s, a throttled tab once a minute
  double frames_per_second = 5, frame_burst = 60;
  double messages_per_second = 1, message_burst = 10;
  double files_per_second = 0.5, file_burst = 20;
  double parts_per_second = 40, part_burst = 480;  ///< read: 10 MiB a second
};

/// Allows `burst` at once and `per_second` in the long run.
class RateLimit {
 public:
  RateLimit(double per_second, double burst, std::int64_t now)
      : per_second_(per_second), burst_(burst), tokens_(burst), at_(now) {}
  /// 0 = taken, otherwise the milliseconds to wait.
  std::uint64_t take(std::int64_t now);
  /// What was taken counts elsewhere.
  void give_back() { tokens_ = std::min(burst_, tokens_ + 1); }

 private:
  double per_second_, burst_, tokens_;
  std::int64_t at_;
};

struct Connection {
  Connection(std::string client_ip, const ConnectionLimits& limits, std::int64_t now)
      : ip(std::move(client_ip)),
        opened(now),
        last_seen(now),
        frames(limits.frames_per_second, limits.frame_burst, now),
        messages(limits.messages_per_second, limits.message_burst, now),
        files(limits.files_per_second, limits.file_burst, now),
        parts(limits.parts_per_second, limits.part_burst, now) {}
  std::string ip;
  std::int64_t opened, last_seen;
  bool closing = false;   ///< told to go: nothing it still says counts
  bool greeted = false;   ///< said hello
  bool welcomed = false;  ///< was sent its welcome: gets events
  bool html = false;      ///< gets answers as HTML
  std::string sender, conversation;
  RateLimit frames, messages, files, parts;
};

class Connections {
 public:
  explicit Connections(ConnectionLimits limits = {}) : limits_(limits) {}

  /// False when there are too many; then it is not kept.
  bool open(std::uint64_t ws, std::string_view ip, std::int64_t now);
  /// False when this person has too many.
  bool greet(std::uint64_t ws, std::string_view sender, std::string_view conversation);
  void close(std::uint64_t ws);
  [[nodiscard]] Connection* find(std::uint64_t ws);
  /// Those without a hello for too long, or silent for too long.
  [[nodiscard]] std::vector<std::uint64_t> overdue(std::int64_t now) const;
  /// When the first of those that must still say hello is overdue.
  [[nodiscard]] std::optional<std::int64_t> first_hello_deadline() const;
  [[nodiscard]] std::vector<std::uint64_t> all() const;
  [[nodiscard]] std::size_t size() const { return connections_.size(); }
  [[nodiscard]] const ConnectionLimits& limits() const { return limits_; }

 private:
  ConnectionLimits limits_;
  std::map<std::uint64_t, Connection> connections_;
};

}  // namespace openclaw::webchat
