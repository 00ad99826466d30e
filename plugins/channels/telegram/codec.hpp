// Telegram updates as messages for the gateway.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "openclaw/message.h"

namespace openclaw::telegram {

/// Who the bot is, from getMe.
struct Bot {
  std::int64_t id = 0;
  std::string username;
};

struct Attachment {
  std::string mime, name, file_id;
  std::uint64_t bytes = 0;
};

struct Incoming {
  std::uint32_t flags = 0;  ///< OC_MSG_*
  std::int64_t ts_ms = 0;
  std::string event_id, chat_id, thread_id, sender_id, sender_name, message_id, reply_to, text;
  std::vector<Attachment> attachments;
};

struct Update {
  std::int64_t id = 0;
  std::optional<Incoming> message;  ///< absent: nothing in it for an agent
};

/// An Incoming as the ABI's struct, borrowed from it.
class IncomingView {
 public:
  explicit IncomingView(const Incoming& incoming);
  [[nodiscard]] const oc_message& message() const { return message_; }

 private:
  std::vector<oc_attachment> attachments_;
  oc_message message_{};
};

/// Absent when the answer is not what getMe promises.
std::optional<Bot> decode_bot(std::string_view body);

/// The updates of a getUpdates answer, in order of id. Absent when it cannot be read, or holds
/// things that are no updates and nothing else.
std::optional<std::vector<Update>> decode_updates(std::string_view body, const Bot& bot);

/// One update, as a webhook brings it.
std::optional<Update> decode_update(std::string_view body, const Bot& bot);

/// The General topic of a forum: given for typing, left out when sending.
inline constexpr std::string_view kGeneralTopic = "1";

}  // namespace openclaw::telegram
