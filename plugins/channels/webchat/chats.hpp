// All conversations that have a tab open or had one lately, bounded in number and bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "chat.hpp"

namespace openclaw::webchat {

constexpr std::size_t kMaxChats = 1024;
constexpr std::size_t kMaxChatBytes = std::size_t{32} * 1024 * 1024;
constexpr std::int64_t kChatIdleMs = 3'600'000;

class Chats {
 public:
  /// `seed` makes the epochs of this process differ from those of an earlier one, and of others.
  explicit Chats(std::string seed) : seed_(std::move(seed)) {}
  Chats(const Chats&) = delete;
  Chats& operator=(const Chats&) = delete;

  /// The conversation, created when it is not there. Each event begins with this, so here the
  /// bounds are kept: the longest unused ones without a tab give way, then the rings of others.
  Chat& open(std::string_view sender, std::string_view conversation, std::int64_t now);
  [[nodiscard]] Chat* find(std::string_view sender, std::string_view conversation);
  /// Whoever has a tab of it open.
  template <class Fn>
  void each(Fn fn) {
    for (auto& [key, chat] : chats_) {
      if (!chat.connections.empty()) fn(chat);
    }
  }
  void renew(Chat& chat) { chat.renew(next_epoch()); }
  /// Lets go of what nobody has used for an hour.
  void sweep(std::int64_t now);
  [[nodiscard]] std::size_t size() const { return chats_.size(); }
  /// Over the bound by what one event adds at most.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::string next_epoch() { return seed_ + "." + std::to_string(++created_); }
  using Key = std::pair<std::string, std::string>;
  bool evict_one(const Chat* used);
  void keep_within_bytes(const Chat* used);

  std::string seed_;
  std::uint64_t created_ = 0;
  std::size_t bytes_ = 0;  ///< of all chats_, which keep it: it goes after them
  std::map<Key, Chat> chats_;
};

}  // namespace openclaw::webchat
