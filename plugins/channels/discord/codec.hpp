// Discord's messages as messages for the gateway.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "openclaw/message.h"

namespace openclaw::discord {

struct Attachment {
  std::string mime, name, url;
  std::uint64_t bytes = 0;
};

struct Incoming {
  std::uint32_t flags = 0;  ///< OC_MSG_*
  std::int64_t ts_ms = 0;
  std::string event_id, chat_id, thread_id, sender_id, sender_name, message_id, reply_to, text;
  std::string extra_json;
  std::vector<Attachment> attachments;
  std::string guild_id;            ///< empty: a direct message
  std::vector<std::string> roles;  ///< the sender's, in that guild
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

/// The message of a MESSAGE_CREATE. Absent: nothing in it for an agent (bots, webhooks and the
/// platform itself among the senders). Its chat is the channel or thread it was said in: see place.
std::optional<Incoming> decode_message(const nlohmann::json& message, const std::string& bot_id);

/// Where a person stands in a guild: fills sender_id and sender_name, guild_id and roles. False: no
/// person. `user` and `member` as Discord gives them; member may be null.
bool fill_sender(const nlohmann::json& user, const nlohmann::json* member, Incoming& out);

/// Puts the message into its place. A thread (`parent` not empty) is a thread of the channel it
/// hangs on, so that who is admitted there is admitted in its threads. `interaction_json`: what the
/// reply needs, or empty.
void place(Incoming& incoming, const std::string& parent, std::string_view interaction_json = {});

/// Without the bot's mentions, and without space at the ends.
std::string without_mention(std::string text, const std::string& bot_id);

}  // namespace openclaw::discord
