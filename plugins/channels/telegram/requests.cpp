// Writes requests; ids become numbers because Telegram's schema wants integers.
#include "requests.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "codec.hpp"

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

/// Text comes from a model and may hold broken UTF-8; Telegram takes none.
std::string dump(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string percent_encoded(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '0' && byte <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

}  // namespace

bool is_private(std::string_view chat_id) {
  const auto id = number(chat_id);
  return id && *id > 0;
}

std::optional<std::string> send_message_body(const Target& target, std::string_view text, bool html,
                                             std::string_view reply_to) {
  json body = {{"text", text}};
  if (html) body["parse_mode"] = "HTML";
  if (!set_chat(body, target.chat_id)) return std::nullopt;
  if (!is_general_topic(target)) set_thread(body, target);
  if (const auto id = number(reply_to)) {
    body["reply_parameters"] = {{"message_id", *id}, {"allow_sending_without_reply", true}};
  }
  return dump(body);
}

std::optional<std::string> edit_message_body(const Target& target, std::string_view message_id,
                                             std::string_view text, bool html) {
  json body = {{"text", text}};
  if (html) body["parse_mode"] = "HTML";
  const auto id = number(message_id);
  if (!id || !set_chat(body, target.chat_id)) return std::nullopt;
  body["message_id"] = *id;
  return dump(body);
}

std::optional<std::string> typing_body(const Target& target) {
  json body = {{"action", "typing"}};
  if (!set_chat(body, target.chat_id)) return std::nullopt;
  set_thread(body, target);
  return dump(body);
}

std::optional<std::string> draft_body(const Target& target, std::int64_t draft_id,
                                      std::string_view text) {
  const auto chat = number(target.chat_id);
  if (!chat) return std::nullopt;
  json body = {{"chat_id", *chat}, {"draft_id", draft_id}, {"text", text}};
  set_thread(body, target);
  return dump(body);
}

std::string get_updates_body(std::int64_t offset, int limit, int timeout_s) {
  json body = {
      {"limit", limit}, {"timeout", timeout_s}, {"allowed_updates", json::array({"message"})}};
  if (offset != 0) body["offset"] = offset;
  return dump(body);
}

std::string set_webhook_query(std::string_view url) {
  return "url=" + percent_encoded(url) + "&allowed_updates=" + percent_encoded(R"(["message"])") +
         "&secret_token=${secret:webhookSecret}";
}

}  // namespace openclaw::telegram
