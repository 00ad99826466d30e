// Reads the REST API's answers: the thing itself, or {"code":..,"message":..}.
#include "answer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"
#include "snowflake.hpp"

namespace openclaw::discord {

namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxRetryMs = 86'400'000;
constexpr std::uint64_t kDefaultRetryMs = 5'000;

/// What the operator can do about a refusal that will not change by itself.
std::string remedy_of(const ApiError& error) {
  switch (error.code) {
    case 10003:
      return "the channel is gone, or the bot was removed from its server";
    case ApiError::kMissingAccess:
      return "the bot may not see this channel: give its role View Channel there";
    case 50007:
      return "this person takes no direct messages from the bot: they must share a server with it "
             "and allow direct messages, or unblock it";
    case ApiError::kMissingPermissions:
      return "the bot lacks a permission in this channel: give its role Send Messages, and Send "
             "Messages in Threads for threads";
    case 50083:
      return "the thread is archived: write in it to open it again";
    default:
      return {};
  }
}

}  // namespace

std::string ApiError::sentence() const {
  if (status == 0) return transport ? transport->message : std::string("no answer");
  std::string text = std::to_string(status);
  if (!message.empty()) text += ": " + message;
  if (code != 0) text += " (" + std::to_string(code) + ")";
  return text;
}

Answer read_answer(std::optional<sdk::Failure> transport, std::uint32_t status,
                   const RateHeaders& rate, std::string body) {
  Answer answer;
  answer.rate = rate;
  if (!transport && status >= 200 && status < 300) {
    answer.body = std::move(body);
    return answer;
  }
  ApiError error;
  error.status = transport ? 0 : status;
  error.transport = std::move(transport);
  const json parsed = error.status == 0 ? json() : json::parse(body, nullptr, false);
  if (parsed.is_object()) {
    error.message = sdk::shortened(sdk::string_at(parsed, "message"));
    error.code = sdk::integer_at(parsed, "code");
    error.global = sdk::flag_at(parsed, "global");
    if (const auto it = parsed.find("retry_after"); it != parsed.end() && it->is_number()) {
      const double ms = it->get<double>() * 1000 + 0.999;
      // Also false for what is no number at all.
      if (ms >= 0)
        error.retry_after_ms = ms < 8.64e7 ? static_cast<std::uint64_t>(ms) : kMaxRetryMs;
    }
  }
  if (status == 429) {
    // Cloudflare's 429, for a whole address, has no JSON but the header.
    if (error.retry_after_ms == 0) error.retry_after_ms = rate.retry_ms.value_or(kDefaultRetryMs);
    if (!parsed.is_object()) error.global = true;
  }
  answer.error = std::move(error);
  return answer;
}

std::string decode_message_id(const std::string& body) {
  const json parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object()) return {};
  std::string id = sdk::string_at(parsed, "id");
  return is_snowflake(id) ? id : std::string{};
}

sdk::Failure send_failure(const ApiError& error, const std::string& key_prefix) {
  if (error.status == 0) {
    sdk::Failure failure = error.transport.value_or(sdk::Failure{});
    const bool not_done = (failure.flags & OC_EF_NOT_DONE) != 0;
    failure.flags = OC_EF_RETRY | (not_done ? OC_EF_NOT_DONE : OC_EF_MAYBE_DONE);
    return failure;
  }
  const std::string detail = sdk::to_text(json{{"status", error.status}, {"code", error.code}});
  if (error.status == 401) {
    return {OC_E_AUTH,
            key_prefix + "botToken was refused by Discord (" + error.sentence() +
                "): in the Developer Portal open your application, Bot, Reset Token, and set the "
                "new token",
            OC_EF_NOT_DONE | OC_EF_RETRY, 0, detail};
  }
  if (error.status == 429) {
    return {OC_E_RATE, "Discord limits this channel (" + error.sentence() + ")",
            OC_EF_NOT_DONE | OC_EF_RETRY, static_cast<std::uint32_t>(error.retry_after_ms), detail};
  }
  if (error.status >= 400 && error.status < 500) {
    const std::string remedy = remedy_of(error);
    return {OC_E_REFUSED,
            "Discord refused the message (" + error.sentence() + ")" +
                (remedy.empty() ? "" : ": " + remedy),
            OC_EF_NOT_DONE, 0, detail};
  }
  return {OC_E_NET,
          "Discord failed (" + error.sentence() + "); the message may have been delivered",
          OC_EF_MAYBE_DONE | OC_EF_RETRY, 0, detail};
}

}  // namespace openclaw::discord
