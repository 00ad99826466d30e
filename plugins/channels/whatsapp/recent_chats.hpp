// The newest message of each chat: what a read receipt names, and the number it came to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

namespace openclaw::whatsapp {

struct Heard {
  std::string wamid, phone_number_id;
};

/// Remembers the `capacity` chats that were heard of last. No I/O; the clock is handed in.
class RecentChats {
 public:
  /// An indicator lasts 25 s; the host asks for it every 6 s.
  static constexpr std::int64_t kTypingEveryMs = 20'000;

  explicit RecentChats(std::size_t capacity = 2048) : capacity_(capacity) {}

  /// `ts_ms` is the platform's time: what was redelivered late takes no newer message's place.
  void heard(const std::string& chat, Heard message, std::int64_t ts_ms);
  [[nodiscard]] const Heard* find(const std::string& chat) const;
  /// The message to show typing for; absent: unknown chat, or it is shown still.
  std::optional<Heard> begin_typing(const std::string& chat, std::int64_t now_ms);
  [[nodiscard]] std::size_t size() const { return chats_.size(); }

 private:
  struct Entry {
    Heard heard;
    std::int64_t ts_ms = 0;
    std::optional<std::int64_t> shown_ms;
    std::list<std::string>::iterator place;
  };
  std::size_t capacity_;
  std::list<std::string> order_;  ///< oldest first
  std::unordered_map<std::string, Entry> chats_;
};

}  // namespace openclaw::whatsapp
