// The plugin in a fake host, with shorthands for what Meta posts and answers.
#pragma once

#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "openclaw/testing/fake_host.hpp"

namespace openclaw::whatsapp {

using nlohmann::json;
using openclaw::testing::FakeHost;
using openclaw::testing::HttpCall;
using openclaw::testing::OwnedMessage;
using openclaw::testing::Reply;

class WhatsAppFixture : public ::testing::Test {
 protected:
  static constexpr const char* kPath = "/channels/whatsapp/webhook";
  static constexpr const char* kNumber = "106540352242922";
  static constexpr const char* kAnn = "16505551234";
  static constexpr const char* kSent =
      R"({"messaging_product":"whatsapp","contacts":[{"input":"16505551234","wa_id":"16505551234"}],)"
      R"("messages":[{"id":"wamid.OUT"}]})";

  static json section() {
    return {{"token", "${secret:token}"},
            {"appSecret", "${secret:appSecret}"},
            {"verifyToken", "${secret:verifyToken}"}};
  }
  void create(const json& config = section(), std::string_view name = "whatsapp") {
    if (config.contains("appSecret")) host.secrets["appSecret"] = "app-secret-for-tests";
    if (config.contains("verifyToken")) host.secrets["verifyToken"] = "open sesame";
    ASSERT_EQ(host.create(*oc_plugin_entry_1(0)->api, name, config.dump()), "");
  }
  oc_op start(const json& config = section(), std::string_view name = "whatsapp") {
    create(config, name);
    const oc_op op = host.start();
    host.run();
    return op;
  }

  /// As Meta signs: the header is over the bytes themselves.
  static std::string signature_of(const std::string& body,
                                  const std::string& secret = "app-secret-for-tests") {
    std::array<unsigned char, 32> digest{};
    unsigned length = 32;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &length);
    std::string out = "sha256=";
    for (const unsigned char byte : digest) {
      out += "0123456789abcdef"[byte >> 4U];
      out += "0123456789abcdef"[byte & 15U];
    }
    return out;
  }
  std::optional<Reply> post(const std::string& body) {
    return host.request("POST", kPath, {{"x-hub-signature-256", signature_of(body)}}, body);
  }

  static json value_of(const std::vector<json>& messages, const char* number = kNumber) {
    return {{"messaging_product", "whatsapp"},
            {"metadata", {{"display_phone_number", "15550783881"}, {"phone_number_id", number}}},
            {"contacts", {{{"profile", {{"name", "Ann"}}}, {"wa_id", kAnn}}}},
            {"messages", messages}};
  }
  static std::string payload(const std::vector<json>& values) {
    json changes = json::array();
    for (const json& value : values) changes.push_back({{"field", "messages"}, {"value", value}});
    return json{{"object", "whatsapp_business_account"},
                {"entry", {{{"id", "102290129340398"}, {"changes", changes}}}}}
        .dump();
  }
  static json text(const std::string& body, const std::string& wamid = "wamid.IN",
                   std::int64_t seconds = 1749416383) {
    return {{"from", kAnn},
            {"id", wamid},
            {"timestamp", std::to_string(seconds)},
            {"type", "text"},
            {"text", {{"body", body}}}};
  }
  static std::string texts(const std::vector<json>& messages) {
    return payload({value_of(messages)});
  }

  /// The open calls, oldest first.
  std::vector<HttpCall*> open_calls() {
    std::vector<HttpCall*> found;
    for (HttpCall& call : host.http) {
      if (host.http_open(call.op)) found.push_back(&call);
    }
    return found;
  }
  void answer(std::string_view body, std::uint32_t status = 200) {
    const auto open = open_calls();
    ASSERT_FALSE(open.empty()) << "no call is open";
    host.respond(open.front()->op, status, body);
  }
  void answer_error(std::uint32_t status, int code, const std::string& message = "it says why") {
    const json body = {
        {"error", {{"message", message}, {"type", "OAuthException"}, {"code", code}}}};
    answer(body.dump(), status);
  }

  static OwnedMessage message(const std::string& body = "hi", const std::string& chat = kAnn) {
    OwnedMessage m;
    m.chat_id = chat;
    m.text = body;
    m.idem_key = "k";
    m.extra_json = json{{"phone_number_id", kNumber}}.dump();
    return m;
  }
  [[nodiscard]] std::uint32_t state() const {
    return host.statuses.empty() ? 0 : host.statuses.back().first;
  }
  [[nodiscard]] std::string reason() const {
    return host.statuses.empty() ? "" : host.statuses.back().second;
  }
  [[nodiscard]] const openclaw::testing::Failure& failure(oc_op op) const {
    static const openclaw::testing::Failure kNone{OC_OK, "it did not fail"};
    const auto* done = host.completion(op);
    return done != nullptr && done->failure ? *done->failure : kNone;
  }
  [[nodiscard]] bool succeeded(oc_op op) const {
    const auto* done = host.completion(op);
    return done != nullptr && !done->failure;
  }

  FakeHost host;
};

}  // namespace openclaw::whatsapp
