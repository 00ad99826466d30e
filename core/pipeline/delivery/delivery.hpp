// Last stage: each stored reply goes to its channel, one at a time per chat, with its state
// durable.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/log/log.hpp"
#include "core/pipeline/delivery/backlog.hpp"
#include "core/pipeline/delivery/delivery_policy.hpp"
#include "core/pipeline/delivery/delivery_window.hpp"
#include "core/pipeline/delivery/left_replies.hpp"
#include "core/pipeline/ports.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {

struct DeliveryObserver {
  std::function<void(const std::string& instance, const char* outcome)> ended;
};

/// [stored ─►] started ─► sent | unknown | dead; `started` is durable before the send begins.
class Delivery {
 public:
  struct Environment {
    runtime::Loop& loop;
    StorePort& store;
    log::Log& log;
    std::function<double()> jitter;
    std::function<std::int64_t()> unix_ms;
    std::function<std::int64_t()> boot_ms;  ///< counts on in a suspension, and is never set
    DeliveryObserver observer;
    DeliveryOptions options;
    runtime::Millis store_retry{1000};   ///< before a write that failed is tried again
    runtime::Millis look_again{10'000};  ///< between two looks at what waits
    static constexpr std::size_t kMostHeld = 1000;
    std::size_t most_held = kMostHeld;  ///< replies of a channel in memory, see Backlog
    runtime::Millis yield{100};  ///< to another gateway that has the session's reply before this
  };

  explicit Delivery(Environment environment);
  ~Delivery();
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  void add_channel(ChannelPort& channel);
  /// Of the replies that a write is about to store: which of them are left to whoever can send them
  /// (once one was, those of its session are, until all that was left has been collected), and
  /// whether the first is stored as started. Then its place is kept until stored() or not_stored().
  void prepare(std::vector<OutboxEntry>& replies);
  void stored(const Written& written, const std::vector<OutboxEntry>& replies);
  void not_stored(const std::vector<OutboxEntry>& replies);
  /// A reply that was just committed as stored.
  void stored(std::uint64_t id, const OutboxEntry& entry);
  /// A row that an earlier run left. `started` ones may have been sent.
  void recovered(const OutboxRow& row);
  /// The channel connected: what waits for it may go.
  void can_deliver(const std::string& instance);
  /// Best effort, not durable: pairing codes, notices about refused messages. Waits its turn in the
  /// chat; dropped when 100 wait for the channel.
  void notice(const std::string& instance, Outbound message);
  /// The channels for which replies that others left can be sent here now.
  [[nodiscard]] std::vector<std::string> outlets() const;
  /// A round of collecting that began at `asked` brought all that was left for `outlets`.
  void all_collected(const std::vector<std::string>& outlets, TimePoint asked);
  /// Starts no new send.
  void drain();

  [[nodiscard]] std::size_t waiting() const { return waiting_; }  ///< in memory
  [[nodiscard]] std::size_t sending() const { return sending_; }
  std::function<void()> on_idle;  ///< called when sending() falls to 0

 private:
  struct Item {
    std::uint64_t id = 0;  ///< 0 = a notice, or a reply that is being stored
    Outbound message;
    /// By the time since boot: a calendar that is set anew makes no reply older. 0 = never.
    std::int64_t expires_boot_ms = 0;
    std::uint32_t attempts = 0;
    bool maybe_sent = false;   ///< a send began whose outcome nobody knows; stands as started
    std::int64_t sent_ms = 0;  ///< when its first send began that may have arrived
  };
  struct Chat {
    std::deque<Item> items;
    bool busy = false;
    bool placed = false;       ///< takes a place of its channel's window
    bool queued = false;       ///< waits in one of its channel's lines for a free place
    bool expected = false;     ///< its channel has named the moment at which its hold ends
    bool probing = false;      ///< is one of the window's probes
    std::uint32_t yields = 0;  ///< how often it has waited for another gateway's reply
    runtime::TimerId hold{}, probe{};
  };
  struct Channel {
    ChannelPort* port = nullptr;
    std::map<std::string, Chat> chats;
    std::size_t notices = 0;
    Backlog backlog{0};
    LeftReplies left;
    DeliveryWindow window;
    std::map<std::string, std::string> kept;  ///< by idem_key: chats whose front is being stored
    /// Chats that wait for a place: first those with a reply in doubt, then those whose moment has
    /// come.
    std::deque<std::string> expected_line, line;
  };

  static constexpr char kNoChannel[] = "expired: its channel is not configured any more";

  struct End {
    OutboxState state;
    const char* reason;
  };

  [[nodiscard]] bool leaves(const OutboxEntry& entry);
  [[nodiscard]] bool keep_place(const OutboxEntry& entry);
  [[nodiscard]] bool is_being_stored(const OutboxRow& row) const;
  void begun(std::uint64_t id, const OutboxEntry& entry, bool started);
  [[nodiscard]] std::int64_t by_boot(std::int64_t expires_unix_ms) const;
  [[nodiscard]] bool is_expired(const Item& item) const;
  [[nodiscard]] bool lease_is_over(const Item& item) const;
  [[nodiscard]] Result<Item> item_of(const OutboxRow& row) const;
  void admit(const std::string& instance, Item item);
  void put(const std::string& instance, Item item);
  void step_all(const std::string& instance);
  void look();
  void look_later();
  void read_on(const std::string& instance);
  [[nodiscard]] std::optional<End> end_of_unsent(const Channel& channel, const Item& item) const;
  void take_place(Channel& channel, Chat& chat);
  void leave_window(Channel& channel, Chat& chat);
  void bury(std::uint64_t id, const std::string& instance, std::string reason);
  static std::string chat_key_of(const Outbound& message);
  static void insert(Chat& chat, Item item);
  static bool is_in_doubt(const Chat& chat);
  static bool is_overtaking(const Chat& chat);
  static void reorder(Chat& chat);
  void undo_probe(const std::string& instance, Chat& chat);
  void yield(const std::string& instance, const std::string& chat_key);
  void step(const std::string& instance, const std::string& chat_key);
  void start(const std::string& instance, const std::string& chat_key);
  void started(const std::string& instance, const std::string& chat_key);
  void send(const std::string& instance, const std::string& chat_key);
  void answered(const std::string& instance, const std::string& chat_key,
                Result<std::string> result);
  void end(const std::string& instance, const std::string& chat_key, OutboxState state,
           std::string message_id, std::string reason);
  void mark(const std::string& instance, const std::string& chat_key, MarkOutbox write);
  void put_back(const std::string& instance, const std::string& chat_key, TimePoint until);
  void hold(const std::string& instance, const std::string& chat_key, TimePoint until);
  void probe_over(const std::string& instance, Chat& chat, bool handed_back);
  void serve_lines(const std::string& instance);
  void leave(const std::string& instance, const std::string& chat_key);
  Chat* find(const std::string& instance, const std::string& chat_key);

  Environment env_;
  SharedStorePort* shared_;  ///< null when the store is this gateway's alone
  DeliveryPolicy policy_;
  std::shared_ptr<Delivery*> alive_;  ///< shared with callbacks under way; null inside once gone
  std::map<std::string, Channel> channels_;
  std::map<std::string, std::deque<Item>> orphans_;  ///< for channels that are not configured now
  std::size_t waiting_ = 0, sending_ = 0;
  runtime::TimerId look_{};
  bool draining_ = false;
};

}  // namespace openclaw::pipeline
