// Reads the Bot API's answers: {"ok":true,"result":...} or {"ok":false,"error_code":...}.
#include "answer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::telegram {

namespace {

using nlohmann::json;

constexpr std::uint32_t kMaxRetryAfterSeconds = 24 * 3600;
constexpr std::uint32_t kDefaultRetryAfterSeconds = 5;

std::int64_t integer(const json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number_integer() ? it->get<std::int64_t>() : 0;
}

}  // namespace

std::string ApiError::sentence() const {
  if (status == 0) return transport ? transport->message : std::string("no answer");
  return std::to_string(status) + (description.empty() ? "" : ": " + description);
}

bool ApiError::says(std::string_view words) const {
  return description.find(words) != std::string::npos;
}

bool ApiError::token_refused() const {
  return status == 401 || (status == 404 && !says("method not found"));
}

bool ApiError::topic_closed() const {
  return status == 400 && says("TOPIC_CLOSED");
}

bool ApiError::lacks_permission() const {
  if (status != 400 && status != 403) return false;
  if (topic_closed()) return true;
  // Not that a person blocked the bot: nobody but they can, or should, change that.
  for (const char* words :
       {"not enough rights", "have no rights to send", "need administrator rights",
        "bot was kicked from", "bot is not a member", "CHAT_WRITE_FORBIDDEN",
        "CHAT_SEND_PLAIN_FORBIDDEN", "CHAT_RESTRICTED"}) {
    if (says(words)) return true;
  }
  return false;
}

Answer read_answer(std::optional<sdk::Failure> transport, std::uint32_t status, std::string body) {
  Answer answer;
  if (transport) {
    ApiError error;
    error.transport = std::move(transport);
    answer.error = std::move(error);
    return answer;
  }
  if (status == 200) {
    answer.body = std::move(body);
    return answer;
  }
  ApiError error;
  error.status = status;
  const json parsed = json::parse(body, nullptr, false);
  if (parsed.is_object()) {
    if (const auto it = parsed.find("description"); it != parsed.end() && it->is_string()) {
      error.description = sdk::shortened(it->get<std::string>());
    }
    if (const auto it = parsed.find("parameters"); it != parsed.end() && it->is_object()) {
      error.retry_after_s = static_cast<std::uint32_t>(
          std::clamp<std::int64_t>(integer(*it, "retry_after"), 0, kMaxRetryAfterSeconds));
      error.migrate_to = integer(*it, "migrate_to_chat_id");
    }
  }
  if (status == 429 && error.retry_after_s == 0) error.retry_after_s = kDefaultRetryAfterSeconds;
  answer.error = std::move(error);
  return answer;
}

std::string decode_message_id(const std::string& body) {
  const json parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object()) return {};
  const auto result = parsed.find("result");
  if (result == parsed.end() || !result->is_object()) return {};
  const std::int64_t id = integer(*result, "message_id");
  return id == 0 ? std::string{} : std::to_string(id);
}

sdk::Failure send_failure(const ApiError& error, const std::string& key_prefix) {
  if (error.status == 0) {
    sdk::Failure failure = error.transport.value_or(sdk::Failure{});
    const bool not_done = (failure.flags & OC_EF_NOT_DONE) != 0;
    failure.flags = not_done ? OC_EF_NOT_DONE | OC_EF_RETRY : OC_EF_MAYBE_DONE;
    return failure;
  }
  const std::string detail = sdk::to_text(json{{"status", error.status}});
  if (error.status == 404 && error.token_refused()) {
    return {OC_E_AUTH,
            "what answers at " + key_prefix + "apiRoot does not know this bot (" +
                error.sentence() + "): check that address and " + key_prefix + "botToken",
            OC_EF_NOT_DONE | OC_EF_RETRY, 0, detail};
  }
  if (error.token_refused()) {
    return {OC_E_AUTH,
            key_prefix + "botToken was refused by Telegram (" + error.sentence() +
                "): set the token that @BotFather shows for this bot",
            OC_EF_NOT_DONE | OC_EF_RETRY, 0, detail};
  }
  if (error.status == 429) {
    return {OC_E_RATE, "Telegram limits this chat (" + error.sentence() + ")",
            OC_EF_NOT_DONE | OC_EF_RETRY, error.retry_after_s * 1000, detail};
  }
  if (error.status >= 400 && error.status < 500) {
    const char* remedy = error.topic_closed()
                             ? ": reopen the topic, or make the bot an administrator that may "
                               "manage topics"
                         : error.lacks_permission()
                             ? ": add the bot to the group again, or let it send messages there "
                               "(Administrators, or Permissions, in the group's settings)"
                             : "";
    return {OC_E_REFUSED, "Telegram refused the message (" + error.sentence() + ")" + remedy,
            OC_EF_NOT_DONE, 0, detail};
  }
  return {OC_E_NET,
          "Telegram failed (" + error.sentence() + "); the message may have been delivered",
          OC_EF_MAYBE_DONE, 0, detail};
}

bool media_refused(const ApiError& error) {
  if (error.status != 400 || error.migrate_to != 0) return false;
  // The words for what is wrong with an address are many and change; those for a chat are few.
  for (const char* words : {"chat not found", "chat_id is empty", "PEER_ID_INVALID",
                            "user not found", "message thread not found", "TOPIC_"}) {
    if (error.says(words)) return false;
  }
  return true;
}

}  // namespace openclaw::telegram
