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
  /// `seed` makes the epochs of this process differ from those of an earlier one.
  explicit Chats(std::string seed) : seed_(std::move(seed)) {}

  /// The conversation, created when it is not there; the longest unused one without a tab gives
  /// way.
  Chat& open(std::string_view sender, std::string_view conversation, std::int64_t now);
  [[nodiscard]] Chat* find(std::string_view sender, std::string_view conversation);
  /// Lets go of what nobody has used for an hour, and of more when the bytes are over the bound.
  void sweep(std::int64_t now);
  [[nodiscard]] std::size_t size() const { return chats_.size(); }

 private:
  using Key = std::pair<std::string, std::string>;
  bool evict_one();

  std::string seed_;
  std::uint64_t created_ = 0;
  std::map<Key, Chat> chats_;
};

}  // namespace openclaw::webchat
