// One conversation of one person: what its tabs were told lately, and the answer in the making.
//
// Without I/O: each event returns what to tell its tabs. Times are Unix milliseconds, those of the
// HTML in the making monotonic.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connections.hpp"
#include "live_html.hpp"
#include "protocol.hpp"
#include "weight.hpp"

namespace openclaw::webchat {

constexpr std::size_t kRingEvents = 256;
constexpr std::size_t kRingBytes = std::size_t{256} * 1024;
/// Of a person who may not speak: anybody can be many of those.
constexpr std::size_t kRefusedBytes = std::size_t{4} * 1024;
constexpr std::size_t kMaxLiveBytes = std::size_t{512} * 1024;
constexpr std::size_t kMaxPending = 32;
constexpr std::size_t kMaxOrigins = 64;  ///< gateways of which a conversation has heard

enum class Access { kUnknown, kAllowed, kRefused };

class Chat {
 public:
  /// `epoch` names this object's sequence numbers: a page that comes back with another one has seen
  /// events of an earlier life and starts afresh. `total` counts the bytes of all conversations.
  Chat(std::string sender, std::string conversation, std::string epoch,
       std::size_t* total = nullptr);

  /// The person's own message, accepted or refused; none when the id was shown before. Of what was
  /// refused, little is kept.
  std::optional<ChatMessage> user_message(const Say& say, Access access, std::int64_t ts,
                                          std::vector<MessageFile> files = {});

  struct Delivery {
    std::string message_id;
    std::optional<ChatMessage> message;  ///< none: delivered before under the same key
  };
  Delivery deliver(std::string_view idem_key, std::string_view turn, std::string_view text,
                   std::int64_t now);

  /// Whether nothing is missing between this event of another gateway and the last one of it.
  bool follows(const std::string& origin, std::uint64_t n);
  /// Under another name than before: no page that comes back has seen events of it.
  void renew(std::string epoch);

  std::string begin_turn(std::string_view turn);
  std::string add_text(std::string_view turn, std::string_view text);
  /// How long the running answer's text is; nothing when another turn runs, or none.
  [[nodiscard]] std::optional<std::size_t> live_bytes(std::string_view turn) const;
  /// The text whose HTML pages are to be told, by live_html(); null: not now.
  [[nodiscard]] const std::string* text_to_show(std::int64_t now, bool at_once) const;
  [[nodiscard]] bool shows_less_than_was_written() const { return live_ && live_html_.is_behind(); }
  std::string live_html(std::string html, std::int64_t now);
  std::string reset_text(std::string_view turn);
  std::string end_turn(std::string_view turn, std::int64_t now);
  std::string set_typing(bool on, std::int64_t now);

  void set_access(Access access) { access_ = access; }
  [[nodiscard]] Access access() const { return access_; }
  /// "unknown" | "allowed" | "refused"
  [[nodiscard]] const char* access_word() const;

  [[nodiscard]] bool can_replay(std::string_view epoch, std::uint64_t after) const;
  /// The messages after `after`, oldest first.
  [[nodiscard]] std::vector<ChatMessage> missed(std::uint64_t after) const;
  /// A welcome for a page that kept what it had.
  [[nodiscard]] Welcome resume(std::int64_t now);
  /// Whether a page may be given the history as HTML: 8 at once, then one in 2 s.
  [[nodiscard]] bool may_render_history(std::int64_t monotonic_ms);
  /// What pages that show HTML were told of the running answer.
  [[nodiscard]] const std::string& told_html() const { return live_html_.told(); }
  /// A welcome with the transcript, or, without one, with what the ring remembers.
  [[nodiscard]] Welcome afresh(std::optional<std::vector<ChatMessage>> transcript,
                               std::int64_t now);

  [[nodiscard]] std::uint64_t last_seq() const { return seq_; }
  [[nodiscard]] std::size_t bytes() const { return weight_.get(); }
  [[nodiscard]] const std::string& sender() const { return sender_; }
  [[nodiscard]] const std::string& conversation() const { return conversation_; }
  /// Forgets the ring and what is not in the transcript yet: pages that come back get the
  /// transcript.
  void forget();

  std::set<std::uint64_t> connections;  ///< the WebSockets of its tabs
  std::int64_t last_used = 0;           ///< monotonic, for eviction

 private:
  struct Pending {
    ChatMessage message;
    bool in_turn = false;
  };
  ChatMessage remember(ChatMessage message);
  void drop(std::deque<ChatMessage>::iterator message);
  void drop_oldest() { drop(ring_.begin()); }
  void keep_little();
  void settle(std::int64_t now);
  void weigh();
  [[nodiscard]] Welcome common(std::int64_t now);

  std::string sender_, conversation_, epoch_;
  Access access_ = Access::kUnknown;
  std::uint64_t seq_ = 0;
  std::deque<ChatMessage> ring_;
  std::size_t ring_bytes_ = 0;
  std::uint64_t forgotten_ = 0;  ///< the highest seq that left the ring
  std::deque<std::pair<std::string, std::string>> delivered_;  ///< idem_key, message_id
  std::optional<LiveTurn> live_;
  LiveHtml live_html_;  ///< of live_
  std::optional<RateLimit> histories_;
  std::int64_t turn_ended_ = 0;  ///< 0 = running, or settled
  std::deque<Pending> pending_;
  std::int64_t typing_until_ = 0;
  std::map<std::string, std::uint64_t> heard_;  ///< of other gateways: the number of the last event
  Weight weight_;
};

}  // namespace openclaw::webchat
