#include "webhook_health.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "openclaw/cpp/channel/web_address.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::telegram {

namespace {

using nlohmann::json;

constexpr std::int64_t kMaxSeconds = INT64_C(1) << 40;
constexpr std::size_t kMaxUrl = 200;
constexpr int kLost = 2;
/// Its date is in whole seconds, and an answer of ours that Telegram takes for an error comes a
/// moment after the request that we heard.
constexpr std::int64_t kSlackMs = 5'000;

/// Telegram keeps an address in a form of its own: the host in lower case, a path where there was
/// none.
bool same_address(const std::string& a, const std::string& b) {
  const auto first = sdk::read_web_address(a), second = sdk::read_web_address(b);
  if (!first || !second) return a == b;
  const auto path = [](const std::string& url) {
    const auto slash = url.find('/', url.find("://") + 3);
    return slash == std::string::npos ? std::string("/") : url.substr(slash, url.find('#') - slash);
  };
  const auto server = [](std::string authority) {
    const std::string_view port = ":443";
    if (authority.size() > port.size() && authority.ends_with(port)) {
      authority.resize(authority.size() - port.size());
    }
    return authority;
  };
  return server(first->authority) == server(second->authority) && path(a) == path(b);
}

}  // namespace

std::optional<WebhookInfo> decode_webhook_info(std::string_view body) {
  const json parsed = json::parse(body, nullptr, false);
  const json* result = sdk::find_object(parsed, "result");
  if (result == nullptr || !sdk::member_at(*result, "url").is_string()) return std::nullopt;
  WebhookInfo info;
  info.url = sdk::string_at(*result, "url");
  info.pending = sdk::integer_at(*result, "pending_update_count");
  info.last_error = sdk::string_at(*result, "last_error_message");
  const std::int64_t seconds = sdk::integer_at(*result, "last_error_date");
  if (seconds > 0 && seconds < kMaxSeconds) info.last_error_unix_ms = seconds * 1000;
  return info;
}

WebhookHealth::WebhookHealth(std::string key_prefix, std::string url, std::string route_path,
                             std::int64_t now_unix_ms)
    : key_prefix_(std::move(key_prefix)),
      url_(std::move(url)),
      route_path_(std::move(route_path)),
      heard_unix_ms_(now_unix_ms) {}

void WebhookHealth::heard(std::int64_t now_unix_ms) {
  heard_unix_ms_ = now_unix_ms;
  trouble_.clear();
}

void WebhookHealth::told(const WebhookInfo& info) {
  failures_ = 0;
  trouble_ = reason_of(info);
}

std::string WebhookHealth::reason_of(const WebhookInfo& info) const {
  if (info.url.empty() && url_.empty()) {
    return "Telegram has no webhook for this bot, so nothing comes: set " + key("webhookUrl") +
           " to the public https address that leads to " + route_path_ +
           ", or register it with setWebhook";
  }
  if (info.url.empty()) {
    return "another program has removed this bot's webhook, so nothing comes: stop that program or "
           "give this gateway a bot of its own, then restart it to register " +
           key("webhookUrl") + " again";
  }
  if (!url_.empty() && !same_address(info.url, url_)) {
    return "another program has set this bot's webhook to " + sdk::shortened(info.url, kMaxUrl) +
           ", so nothing comes: stop that program or give this gateway a bot of its own, then "
           "restart it to register " +
           key("webhookUrl") + " again";
  }
  if (info.pending > 0 && info.last_error_unix_ms > heard_unix_ms_ + kSlackMs) {
    return "Telegram cannot deliver to the webhook (" + sdk::shortened(info.last_error) +
           "): check that " + (url_.empty() ? "its address" : key("webhookUrl")) + " leads to " +
           route_path_ + " of this gateway, and that " + key("webhookSecret") +
           " is the one that it was registered with";
  }
  return {};
}

void WebhookHealth::failed(const ApiError& error) {
  if (++failures_ < kLost) return;
  trouble_ = "Telegram cannot be asked whether updates reach this gateway (" + error.sentence() +
             "); trying again: check " + key("apiRoot") + " and the network";
}

}  // namespace openclaw::telegram
