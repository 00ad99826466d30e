// The bodies of the Bot API calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace openclaw::telegram {

struct Target {
  std::string chat_id;    ///< a number, or @name
  std::string thread_id;  ///< or empty
};

/// As people are told of it: "-1005, topic 7".
std::string topic_of(const Target& target);

/// True for a person's private chat: those ids are positive.
bool is_private(std::string_view chat_id);

/// Absent when the chat (or message) id is not one that Telegram could have given.
/// `html`: the text has markup, as the manifest's text.format writes it.
std::optional<std::string> send_message_body(const Target& target, std::string_view text, bool html,
                                             std::string_view reply_to);
/// A message that makes no notification.
std::optional<std::string> silent_message_body(const Target& target, std::string_view text,
                                               bool html);
std::optional<std::string> delete_message_body(std::string_view chat_id,
                                               std::string_view message_id);
std::optional<std::string> edit_message_body(const Target& target, std::string_view message_id,
                                             std::string_view text, bool html);
std::optional<std::string> typing_body(const Target& target);
/// An empty emoji takes the bot's reaction away.
std::optional<std::string> reaction_body(std::string_view chat_id, std::string_view message_id,
                                         std::string_view emoji);
std::optional<std::string> draft_body(const Target& target, std::int64_t draft_id,
                                      std::string_view text, bool html);

/// What Telegram is to get from an address and show.
struct Media {
  std::string url, mime;
};
struct Call {
  std::string_view method;
  std::string body;
};
/// Shown as what its type says it is, else as a document. `caption` has no markup.
std::optional<Call> send_media_call(const Target& target, const Media& media,
                                    std::string_view caption, std::string_view reply_to);
/// What is sent in its place.
std::string text_instead(const Media& media, const std::string& caption);

/// Absent when it is no id that Telegram could have given.
std::optional<std::string> get_file_body(std::string_view file_id);

/// `offset` 0 = from the oldest unconfirmed update. Asks for messages only: allowed_updates sticks
/// at Telegram, so it is always given.
std::string get_updates_body(std::int64_t offset, int limit, int timeout_s);

/// The query of setWebhook. The secret stays a placeholder, which the host fills in.
std::string set_webhook_query(std::string_view url);

}  // namespace openclaw::telegram
