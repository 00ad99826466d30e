// Writes requests; ids become numbers because Telegram's schema wants integers.
#include "requests.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

#include "codec.hpp"
#include "openclaw/cpp/channel/web_address.hpp"
#include "openclaw/cpp/json.hpp"

namespace openclaw::telegram {

namespace {

using nlohmann::json;

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
  return value;
}

bool set_chat(json& body, std::string_view chat_id) {
  if (const auto id = number(chat_id)) {
    body["chat_id"] = *id;
    return true;
  }
  if (chat_id.size() < 2 || chat_id.front() != '@') return false;
  body["chat_id"] = chat_id;
  return true;
}

bool is_general_topic(const Target& target) {
  return target.thread_id == kGeneralTopic && !is_private(target.chat_id);
}

void set_thread(json& body, const Target& target) {
  if (const auto thread = number(target.thread_id)) body["message_thread_id"] = *thread;
}

/// `body` for `target`, as an answer to `reply_to` where that is a message. False: no such chat.
bool address(json& body, const Target& target, std::string_view reply_to) {
  if (!set_chat(body, target.chat_id)) return false;
  if (!is_general_topic(target)) set_thread(body, target);
  if (const auto id = number(reply_to)) {
    body["reply_parameters"] = {{"message_id", *id}, {"allow_sending_without_reply", true}};
  }
  return true;
}

struct Kind {
  std::string_view mime;  ///< or its beginning, up to the slash
  const char* method;
  const char* field;
};

// The first that fits. A picture of vectors is none of Telegram's photos.
constexpr Kind kKinds[] = {{"image/gif", "sendAnimation", "animation"},
                           {"image/svg+xml", "sendDocument", "document"},
                           {"image/", "sendPhoto", "photo"},
                           {"video/", "sendVideo", "video"},
                           {"audio/", "sendAudio", "audio"},
                           {"", "sendDocument", "document"}};

const Kind& kind_of(std::string_view mime) {
  return *std::find_if(std::begin(kKinds), std::end(kKinds), [mime](const Kind& kind) {
    return mime.substr(0, kind.mime.size()) == kind.mime;
  });
}

}  // namespace

std::string topic_of(const Target& target) {
  return target.chat_id + ", topic " + target.thread_id;
}

bool is_private(std::string_view chat_id) {
  const auto id = number(chat_id);
  return id && *id > 0;
}

std::optional<std::string> send_message_body(const Target& target, std::string_view text, bool html,
                                             std::string_view reply_to) {
  json body = {{"text", text}};
  if (html) body["parse_mode"] = "HTML";
  if (!address(body, target, reply_to)) return std::nullopt;
  return sdk::to_text(body);
}

std::optional<std::string> silent_message_body(const Target& target, std::string_view text,
                                               bool html) {
  json body = {{"text", text}, {"disable_notification", true}};
  if (html) body["parse_mode"] = "HTML";
  if (!address(body, target, {})) return std::nullopt;
  return sdk::to_text(body);
}

std::optional<std::string> delete_message_body(std::string_view chat_id,
                                               std::string_view message_id) {
  json body = json::object();
  const auto id = number(message_id);
  if (!id || !set_chat(body, chat_id)) return std::nullopt;
  body["message_id"] = *id;
  return sdk::to_text(body);
}

std::optional<Call> send_media_call(const Target& target, const Media& media,
                                    std::string_view caption, std::string_view reply_to) {
  const Kind& kind = kind_of(media.mime);
  json body = {{kind.field, media.url}};
  if (!caption.empty()) body["caption"] = caption;
  if (!address(body, target, reply_to)) return std::nullopt;
  return Call{kind.method, sdk::to_text(body)};
}

std::string text_instead(const Media& media, const std::string& caption) {
  return caption.empty() ? media.url : caption + "\n" + media.url;
}

std::optional<std::string> edit_message_body(const Target& target, std::string_view message_id,
                                             std::string_view text, bool html) {
  json body = {{"text", text}};
  if (html) body["parse_mode"] = "HTML";
  const auto id = number(message_id);
  if (!id || !set_chat(body, target.chat_id)) return std::nullopt;
  body["message_id"] = *id;
  return sdk::to_text(body);
}

std::optional<std::string> typing_body(const Target& target) {
  json body = {{"action", "typing"}};
  if (!set_chat(body, target.chat_id)) return std::nullopt;
  set_thread(body, target);
  return sdk::to_text(body);
}

std::optional<std::string> reaction_body(std::string_view chat_id, std::string_view message_id,
                                         std::string_view emoji) {
  json list = json::array();
  if (!emoji.empty()) list.push_back({{"type", "emoji"}, {"emoji", emoji}});
  json body = {{"reaction", std::move(list)}};
  const auto id = number(message_id);
  if (!id || !set_chat(body, chat_id)) return std::nullopt;
  body["message_id"] = *id;
  return sdk::to_text(body);
}

std::optional<std::string> get_file_body(std::string_view file_id) {
  constexpr std::size_t kMaxFileId = 1024;
  if (file_id.empty() || file_id.size() > kMaxFileId) return std::nullopt;
  return sdk::to_text({{"file_id", file_id}});
}

std::optional<std::string> draft_body(const Target& target, std::int64_t draft_id,
                                      std::string_view text, bool html) {
  const auto chat = number(target.chat_id);
  if (!chat) return std::nullopt;
  json body = {{"chat_id", *chat}, {"draft_id", draft_id}, {"text", text}};
  if (html) body["parse_mode"] = "HTML";
  set_thread(body, target);
  return sdk::to_text(body);
}

std::string get_updates_body(std::int64_t offset, int limit, int timeout_s) {
  json body = {
      {"limit", limit}, {"timeout", timeout_s}, {"allowed_updates", json::array({"message"})}};
  if (offset != 0) body["offset"] = offset;
  return sdk::to_text(body);
}

std::string set_webhook_query(std::string_view url) {
  return "url=" + sdk::percent_encoded(url) +
         "&allowed_updates=" + sdk::percent_encoded(R"(["message"])") +
         "&secret_token=${secret:webhookSecret}";
}

}  // namespace openclaw::telegram
