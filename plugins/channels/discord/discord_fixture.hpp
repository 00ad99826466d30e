// The plugin in a fake host, with shorthands for what Discord says.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "deflater_fixture.hpp"
#include "openclaw/testing/fake_host.hpp"

namespace openclaw::discord {

using nlohmann::json;
using openclaw::testing::FakeHost;
using openclaw::testing::Headers;
using openclaw::testing::HttpCall;
using openclaw::testing::OwnedMessage;
using ::testing::HasSubstr;

inline constexpr const char* kPost = "POST /channels/700/messages";
inline constexpr const char* kSent = R"({"id":"99","channel_id":"700"})";

class DiscordFixture : public ::testing::Test {
 protected:
  static constexpr const char* kGateway =
      R"({"url":"wss://gateway.discord.gg","shards":1,"session_start_limit":)"
      R"({"total":1000,"remaining":999,"reset_after":86400000,"max_concurrency":1}})";

  void create(std::string_view config = R"({"botToken":"${secret:botToken}"})",
              std::string_view name = "discord") {
    ASSERT_EQ(host.create(*oc_plugin_entry_1(0)->api, name, config), "");
  }
  /// Up to the connection, which is not open yet.
  oc_op start(std::string_view config = R"({"botToken":"${secret:botToken}"})") {
    create(config);
    const oc_op op = host.start();
    answer("GET /gateway/bot", kGateway);
    return op;
  }
  /// Up to READY.
  oc_op log_in(std::string_view config = R"({"botToken":"${secret:botToken}"})") {
    const oc_op op = start(config);
    open();
    event("READY", {{"session_id", "abc"},
                    {"resume_gateway_url", "wss://resume.discord.gg"},
                    {"user", {{"id", "42"}}}});
    return op;
  }
  /// The newest connection opens and says hello.
  void open() {
    deflater = std::make_unique<Deflater>();
    host.connection_open(connection().op);
    say({{"op", 10}, {"d", {{"heartbeat_interval", 40'000}}}});
  }
  openclaw::testing::Connection& connection() { return *host.last_connection(); }
  void say(const json& payload) {
    host.connection_data(connection().op, deflater->message(payload.dump()), true);
  }
  void event(const std::string& name, json data) {
    say({{"op", 0}, {"s", ++seq}, {"t", name}, {"d", std::move(data)}});
  }
  /// What the client sent last on the newest connection.
  json said() {
    return connection().sent.empty() ? json() : json::parse(connection().sent.back().payload);
  }

  static json dm(const std::string& id, const std::string& text) {
    return {{"id", id},
            {"type", 0},
            {"channel_id", "700"},
            {"author", {{"id", "7"}, {"username", "ann"}, {"global_name", "Ann"}}},
            {"content", text},
            {"mentions", json::array()},
            {"attachments", json::array()}};
  }
  static json in_guild(const std::string& id, const std::string& text,
                       const std::string& channel = "800") {
    json message = dm(id, text);
    message["channel_id"] = channel;
    message["guild_id"] = "900";
    message["member"] = {{"nick", "Annie"}, {"roles", {"31", "32"}}};
    return message;
  }

  std::vector<HttpCall*> open_calls(std::string_view what) {
    std::vector<HttpCall*> found;
    for (HttpCall& call : host.http) {
      if (host.http_open(call.op) && name_of(call) == what) found.push_back(&call);
    }
    return found;
  }
  /// "POST /channels/700/messages"
  static std::string name_of(const HttpCall& call) {
    const auto at = call.url.find("/v10");
    return call.method + " " + (at == std::string::npos ? call.url : call.url.substr(at + 4));
  }
  HttpCall* open_call(std::string_view what) {
    const auto found = open_calls(what);
    return found.empty() ? nullptr : found.front();
  }
  json body_of(std::string_view what) {
    const HttpCall* call = open_call(what);
    return call == nullptr ? json() : json::parse(call->body);
  }
  void answer(std::string_view what, std::string_view body, std::uint32_t status = 200,
              const Headers& headers = {}) {
    HttpCall* call = open_call(what);
    ASSERT_NE(call, nullptr) << "no open call " << what;
    host.respond(call->op, status, body, headers);
  }

  [[nodiscard]] std::uint32_t state() const {
    return host.statuses.empty() ? 0 : host.statuses.back().first;
  }
  [[nodiscard]] std::string reason() const {
    return host.statuses.empty() ? "" : host.statuses.back().second;
  }
  [[nodiscard]] const openclaw::testing::Failure* failure(oc_op op) const {
    const auto* done = host.completion(op);
    return done != nullptr && done->failure ? &*done->failure : nullptr;
  }
  [[nodiscard]] bool succeeded(oc_op op) const {
    const auto* done = host.completion(op);
    return done != nullptr && !done->failure;
  }

  FakeHost host;
  std::unique_ptr<Deflater> deflater;
  std::int64_t seq = 0;
};

}  // namespace openclaw::discord
