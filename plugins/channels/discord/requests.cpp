// Writes requests; nobody is ever pinged by what a model writes.
#include "requests.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "openclaw/cpp/channel/web_address.hpp"
#include "openclaw/cpp/json.hpp"
#include "snowflake.hpp"

namespace openclaw::discord {

namespace {

using nlohmann::json;
constexpr std::size_t kMaxNonce = 25;
constexpr int kSuppressNotifications = 1 << 12;

json message_body(const Content& content) {
  json body = {{"allowed_mentions", {{"parse", json::array()}}}};
  if (!content.text.empty() || content.image.empty()) body["content"] = content.text;
  if (!content.image.empty()) {
    body["embeds"] = json::array({{{"image", {{"url", content.image}}}}});
  }
  return body;
}

bool is_token(const std::string& token) {
  return !token.empty() && token.size() <= 512 &&
         std::all_of(token.begin(), token.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_' || c == '.' || c == '=';
         });
}

std::string original_path(const Interaction& interaction) {
  return "/webhooks/" + interaction.application_id + "/" + interaction.token +
         "/messages/@original";
}

}  // namespace

Request gateway_request() {
  return {"GET", "/gateway/bot", {}, {"GET gateway/bot", {}}, true};
}

Request channel_request(const std::string& channel_id) {
  return {"GET", "/channels/" + channel_id, {}, {"GET channels", "channels/" + channel_id}, true};
}

std::optional<Request> message_request(std::string_view channel_id, const Content& content,
                                       std::string_view reply_to, std::string_view nonce) {
  if (!is_snowflake(channel_id)) return std::nullopt;
  json body = message_body(content);
  if (!nonce.empty() && nonce.size() <= kMaxNonce) {
    body["nonce"] = nonce;
    body["enforce_nonce"] = true;
  }
  if (is_snowflake(reply_to)) {
    body["message_reference"] = {{"message_id", reply_to}, {"fail_if_not_exists", false}};
  }
  const std::string resource = "channels/" + std::string(channel_id);
  return Request{"POST",
                 "/" + resource + "/messages",
                 sdk::to_text(body),
                 {"POST channels/messages", resource},
                 true};
}

std::optional<Request> preview_request(std::string_view channel_id, std::string_view text,
                                       std::string_view nonce) {
  if (!is_snowflake(channel_id)) return std::nullopt;
  json body = message_body({std::string(text), {}});
  body["flags"] = kSuppressNotifications;
  if (!nonce.empty() && nonce.size() <= kMaxNonce) {
    body["nonce"] = nonce;
    body["enforce_nonce"] = true;
  }
  const std::string resource = "channels/" + std::string(channel_id);
  return Request{"POST",
                 "/" + resource + "/messages",
                 sdk::to_text(body),
                 {"POST channels/messages", resource},
                 true};
}

std::optional<Request> edit_request(std::string_view channel_id, std::string_view message_id,
                                    std::string_view text) {
  if (!is_snowflake(channel_id) || !is_snowflake(message_id)) return std::nullopt;
  const std::string resource = "channels/" + std::string(channel_id);
  return Request{"PATCH",
                 "/" + resource + "/messages/" + std::string(message_id),
                 sdk::to_text(message_body({std::string(text), {}})),
                 {"PATCH channels/messages", resource},
                 true};
}

std::optional<Request> delete_request(std::string_view channel_id, std::string_view message_id) {
  if (!is_snowflake(channel_id) || !is_snowflake(message_id)) return std::nullopt;
  const std::string resource = "channels/" + std::string(channel_id);
  return Request{"DELETE",
                 "/" + resource + "/messages/" + std::string(message_id),
                 {},
                 {"DELETE channels/messages", resource},
                 true};
}

std::optional<Request> typing_request(std::string_view channel_id) {
  if (!is_snowflake(channel_id)) return std::nullopt;
  const std::string resource = "channels/" + std::string(channel_id);
  return Request{"POST", "/" + resource + "/typing", {}, {"POST channels/typing", resource}, true};
}

std::optional<Request> reaction_request(std::string_view channel_id, std::string_view message_id,
                                        std::string_view emoji, bool on) {
  constexpr std::size_t kMaxEmoji = 128;  // one emoji, or the name and id of a server's own
  if (!is_snowflake(channel_id) || !is_snowflake(message_id)) return std::nullopt;
  if (emoji.empty() || emoji.size() > kMaxEmoji) return std::nullopt;
  const std::string resource = "channels/" + std::string(channel_id);
  const std::string path = "/" + resource + "/messages/" + std::string(message_id) + "/reactions/" +
                           sdk::percent_encoded(emoji) + "/@me";
  // Both count against one limit, which lets one through every 250 ms.
  return Request{on ? "PUT" : "DELETE", path, {}, {"channels/messages/reactions", resource}, true};
}

Request command_request(const std::string& application_id) {
  const json command = {{"name", "ask"},
                        {"type", 1},
                        {"description", "Ask the agent"},
                        {"options", json::array({{{"type", 3},
                                                  {"name", "text"},
                                                  {"description", "What you want to say"},
                                                  {"required", true}}})}};
  return {"POST",
          "/applications/" + application_id + "/commands",
          sdk::to_text(command),
          {"POST applications/commands", {}},
          true};
}

std::string Interaction::to_json() const {
  return sdk::to_text(json{{"application", application_id}, {"token", token}, {"unixMs", unix_ms}});
}

std::optional<Interaction> Interaction::from_extra(std::string_view extra_json) {
  if (extra_json.find("\"interaction\"") == std::string_view::npos) return std::nullopt;
  const json extra = json::parse(extra_json, nullptr, false);
  const json* at = extra.is_object() ? sdk::find_object(extra, "interaction") : nullptr;
  if (at == nullptr) return std::nullopt;
  Interaction found{sdk::string_at(*at, "application"), sdk::string_at(*at, "token"),
                    sdk::integer_at(*at, "unixMs")};
  if (!is_snowflake(found.application_id) || !is_token(found.token)) return std::nullopt;
  return found;
}

Request original_request(const Interaction& interaction) {
  return {"GET",
          original_path(interaction),
          {},
          {"GET webhooks/original", "webhooks/" + interaction.token},
          false};
}

Request edit_original_request(const Interaction& interaction, const Content& content) {
  return {"PATCH",
          original_path(interaction),
          sdk::to_text(message_body(content)),
          {"PATCH webhooks/original", "webhooks/" + interaction.token},
          false};
}

}  // namespace openclaw::discord
