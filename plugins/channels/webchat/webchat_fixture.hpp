// The plugin in a fake host, with shorthands for what a page sends or gets.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "openclaw/testing/fake_host.hpp"

namespace openclaw::webchat {

using nlohmann::json;
using openclaw::testing::FakeHost;
using openclaw::testing::OwnedMessage;

inline const std::string kToken = "0123456789abcdef0123456789abcdef";

class WebChatFixture : public ::testing::Test {
 protected:
  void SetUp() override { create("webchat", "{}"); }
  void create(std::string_view name, std::string_view config) {
    ASSERT_EQ(host.create(*oc_plugin_entry_1(0)->api, name, config), "");
    const oc_op op = host.start();
    ASSERT_NE(host.completion(op), nullptr);
    ASSERT_FALSE(host.completion(op)->failure);
  }
  oc_op open() { return host.ws_open("/channels/webchat/ws"); }
  oc_op join(const json& more = {}, const std::string& token = kToken) {
    const oc_op ws = open();
    json hello = {{"type", "hello"}, {"protocol", 1}, {"token", token}};
    if (more.is_object()) hello.update(more);
    host.ws_message(ws, hello.dump());
    return ws;
  }
  void say(oc_op ws, const std::string& id, const std::string& text = "hello") {
    host.ws_message(ws, json{{"type", "message"}, {"id", id}, {"text", text}}.dump());
  }
  /// The frames the page at `ws` got of that type.
  std::vector<json> got(oc_op ws, const std::string& type) {
    std::vector<json> out;
    for (const auto& text : host.ws_sent[ws]) {
      json frame = json::parse(text, nullptr, false);  // a file's bytes are none
      if (frame.is_object() && frame["type"] == type) out.push_back(std::move(frame));
    }
    return out;
  }
  std::string chat(oc_op ws) { return got(ws, "welcome").at(0)["chat"]; }
  OwnedMessage answer(oc_op ws, const std::string& text, const std::string& key = "k1",
                      const std::string& turn = "t1") {
    OwnedMessage m;
    m.chat_id = chat(ws);
    m.text = text;
    m.idem_key = key;
    m.turn_id = turn;
    return m;
  }
  std::uint32_t closed(oc_op ws) {
    const auto it = host.ws_closed_by_plugin.find(ws);
    return it == host.ws_closed_by_plugin.end() ? 0 : it->second;
  }
  FakeHost host;
};

}  // namespace openclaw::webchat
