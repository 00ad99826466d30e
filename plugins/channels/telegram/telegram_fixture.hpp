// The plugin in a fake host, with shorthands for what Telegram answers.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "openclaw/testing/fake_host.hpp"

namespace openclaw::telegram {

using nlohmann::json;
using openclaw::testing::FakeHost;
using openclaw::testing::HttpCall;
using openclaw::testing::OwnedMessage;

inline constexpr const char* kTrue = R"({"ok":true,"result":true})";
inline constexpr const char* kSent = R"({"ok":true,"result":{"message_id":99,"date":1,"chat":{}}})";
inline constexpr const char* kWebhookPath = "/channels/telegram/webhook";

class TelegramFixture : public ::testing::Test {
 protected:
  static constexpr const char* kMe =
      R"({"ok":true,"result":{"id":42,"is_bot":true,"first_name":"Bot","username":"my_bot"}})";
  static constexpr const char* kNoUpdates = R"({"ok":true,"result":[]})";

  void create(std::string_view config = R"({"botToken":"${secret:botToken}"})",
              std::string_view name = "telegram") {
    ASSERT_EQ(host.create(*oc_plugin_entry_1(0)->api, name, config), "");
  }
  /// Up to the first long poll.
  oc_op start_polling() {
    create();
    const oc_op op = host.start();
    answer("getMe", kMe);
    return op;
  }

  /// The open calls of a method, oldest first.
  std::vector<HttpCall*> open_calls(std::string_view method) {
    std::vector<HttpCall*> found;
    for (HttpCall& call : host.http) {
      if (host.http_open(call.op) && method_of(call) == method) found.push_back(&call);
    }
    return found;
  }
  static std::string method_of(const HttpCall& call) {
    const auto path = call.url.substr(0, call.url.find('?'));
    return path.substr(path.rfind('/') + 1);
  }
  HttpCall* open_call(std::string_view method) {
    const auto found = open_calls(method);
    return found.empty() ? nullptr : found.front();
  }
  json body_of(std::string_view method) {
    const HttpCall* call = open_call(method);
    return call == nullptr ? json() : json::parse(call->body);
  }
  void answer(std::string_view method, std::string_view body, std::uint32_t status = 200) {
    HttpCall* call = open_call(method);
    ASSERT_NE(call, nullptr) << "no open call of " << method;
    host.respond(call->op, status, body);
  }
  void answer_error(std::string_view method, std::uint32_t status, const std::string& description,
                    const json& parameters = json::object()) {
    json body = {{"ok", false}, {"error_code", status}, {"description", description}};
    if (!parameters.empty()) body["parameters"] = parameters;
    answer(method, body.dump(), status);
  }
  void drop(std::string_view method, const openclaw::testing::Failure& failure) {
    HttpCall* call = open_call(method);
    ASSERT_NE(call, nullptr) << "no open call of " << method;
    host.fail(call->op, failure);
  }

  static json text_update(std::int64_t id, const std::string& text) {
    return {{"update_id", id},
            {"message",
             {{"message_id", id + 1000},
              {"date", 1790000000},
              {"chat", {{"id", 7}, {"type", "private"}}},
              {"from", {{"id", 7}, {"is_bot", false}, {"first_name", "Ann"}}},
              {"text", text}}}};
  }
  static std::string updates(const std::vector<json>& list) {
    return json{{"ok", true}, {"result", list}}.dump();
  }

  [[nodiscard]] std::uint32_t state() const {
    return host.statuses.empty() ? 0 : host.statuses.back().first;
  }
  [[nodiscard]] std::string reason() const {
    return host.statuses.empty() ? "" : host.statuses.back().second;
  }
  [[nodiscard]] bool failed_with(oc_op op, oc_status code) const {
    const auto* done = host.completion(op);
    return done != nullptr && done->failure && done->failure->code == code;
  }
  [[nodiscard]] bool succeeded(oc_op op) const {
    const auto* done = host.completion(op);
    return done != nullptr && !done->failure;
  }

  FakeHost host;
};

}  // namespace openclaw::telegram
