// Tells the other gateways what happens in this one's conversations.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "chat.hpp"
#include "event.hpp"
#include "openclaw/cpp/host.hpp"

namespace openclaw::webchat {

/// In order for each conversation. What the running answer grows by is gathered, as each notice is
/// a write to the store. What cannot be told leaves a gap in the count, by which the others know.
/// [strand]
class Relay {
 public:
  static constexpr std::int64_t kTextEveryMs = 250;  ///< of one conversation
  static constexpr std::uint64_t kAgainMs = 250;
  static constexpr std::size_t kMaxWaiting = 256;

  Relay(sdk::Host& host, std::string origin) : host_(host), origin_(std::move(origin)) {}

  /// `event` of a conversation: who it is of, by whom, and its number are filled in.
  void tell(const Chat& chat, Event event);
  /// `text` follows `at` bytes of the turn's.
  void tell_text(const Chat& chat, std::string_view turn, std::size_t at, std::string_view text);
  /// Forgets conversations of which there is nothing to tell.
  void sweep();
  void stop();
  [[nodiscard]] const std::string& origin() const { return origin_; }

 private:
  using Key = std::pair<std::string, std::string>;  ///< sender, conversation
  struct Told {
    std::uint64_t n = 0;
    std::int64_t text_told_ms = 0, used_ms = 0;
    Event text;  ///< not told yet, while its text is not empty
  };
  Told& of(const Chat& chat);
  void flush(const Key& key, Told& told);
  void flush_due();
  void flush_later(std::int64_t ms);
  void put(const Key& key, Told& told, Event event);
  void send(std::string text);
  void send_waiting();

  sdk::Host& host_;
  std::string origin_;
  std::map<Key, Told> told_;
  std::deque<std::string> waiting_;  ///< the host would not take them yet
  oc_op text_timer_ = 0, again_timer_ = 0;
  bool stopped_ = false;
};

}  // namespace openclaw::webchat
