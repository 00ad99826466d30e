// The plugin as the gateway starts and stops it, with its page.
#include "webchat_fixture.hpp"

namespace openclaw::webchat {
namespace {

class WebChatPlugin : public WebChatFixture {};

TEST_F(WebChatPlugin, IsConnectedOnceStarted) {
  ASSERT_EQ(host.statuses.size(), 1U);
  EXPECT_EQ(host.statuses[0].first, OC_STATE_CONNECTED);
}

TEST_F(WebChatPlugin, LeadsFromTheRootToThePage) {
  const auto root = host.request("GET", "/");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->status, 302U);
  EXPECT_EQ(root->headers.at(0), (sdk::Header{"Location", "/chat"}));
  EXPECT_EQ(host.request("GET", "/chat")->status, 200U);
}

TEST_F(WebChatPlugin, RevalidatesByTag) {
  std::string tag;
  const auto page = host.request("GET", "/chat");
  ASSERT_TRUE(page);
  for (const auto& [key, value] : page->headers) {
    if (key == "ETag") tag = value;
  }
  EXPECT_EQ(host.request("GET", "/chat", {{"If-None-Match", tag}})->status, 304U);
}

TEST_F(WebChatPlugin, AnAccountHasItsOwnPageAndSocket) {
  FakeHost other;
  ASSERT_EQ(other.create(*oc_plugin_entry_1(0)->api, "webchat/work", "{}"), "");
  other.start();
  EXPECT_TRUE(other.has_route("GET", "/chat/work"));
  EXPECT_FALSE(other.has_route("GET", "/"));
  EXPECT_EQ(other.websocket_paths(), (std::set<std::string>{"/channels/webchat/work/ws"}));
}

TEST_F(WebChatPlugin, AChannelOfAnotherNameHasItsOwnPageAndSocket) {
  FakeHost other;
  ASSERT_EQ(other.create(*oc_plugin_entry_1(0)->api, "support", "{}"), "");
  ASSERT_FALSE(other.completion(other.start())->failure);
  EXPECT_TRUE(other.has_route("GET", "/chat/support"));
  EXPECT_FALSE(other.has_route("GET", "/chat"));
  EXPECT_FALSE(other.has_route("GET", "/"));
  EXPECT_EQ(other.websocket_paths(), (std::set<std::string>{"/channels/support/ws"}));
  EXPECT_NE(other.request("GET", "/chat/support")->body.find("content=\"/channels/support/ws\""),
            std::string::npos);
}

TEST_F(WebChatPlugin, RefusesAWrongConfiguration) {
  for (const char* config :
       {"[]", R"({"allowedOrigins":"x"})", R"({"allowedOrigins":[1]})",
        R"({"allowedOrigins":["https://"]})", R"({"allowedOrigins":["ftp://a"]})",
        R"({"allowedOrigins":["https://a/b"]})", R"({"allowedOrigins":["https://a;script-src *"]})",
        R"({"allowedOrigins":["https://a\r\nX: y"]})", R"({"imageOrigins":["http://a"]})",
        R"({"imageOrigins":["https://a;script-src *"]})", R"({"imageOrigins":"https://a"})"}) {
    FakeHost other;
    const std::string reason = other.create(*oc_plugin_entry_1(0)->api, "webchat/work", config);
    EXPECT_EQ(reason.find("channels.webchat.accounts.work"), 0U) << config << ": " << reason;
  }
}

TEST_F(WebChatPlugin, TheOriginsThatMayOpenTheSocketMayFrameThePage) {
  FakeHost other;
  ASSERT_EQ(other.create(*oc_plugin_entry_1(0)->api, "webchat",
                         R"({"allowedOrigins":["https://shop.example"]})"),
            "");
  other.start();
  const auto page = other.request("GET", "/chat");
  ASSERT_TRUE(page);
  for (const auto& [key, value] : page->headers) {
    if (key != "Content-Security-Policy") continue;
    EXPECT_TRUE(value.ends_with("frame-ancestors 'self' https://shop.example")) << value;
  }
  EXPECT_EQ(other.request("GET", "/chat/widget.js")->status, 200U);
}

TEST_F(WebChatPlugin, TakesNothingNewWhileItDrainsAndClosesOnStop) {
  const oc_op ws = join();
  host.quiesce();
  say(ws, "message-1");
  EXPECT_TRUE(host.submitted.empty());
  EXPECT_EQ(got(ws, "error").at(0)["code"], "restarting");
  EXPECT_EQ(closed(open()), 1012U);
  host.send(answer(ws, "the last words"));
  EXPECT_EQ(got(ws, "message").size(), 1U);
  const oc_op stop = host.stop();
  EXPECT_EQ(closed(ws), 1012U);
  EXPECT_NE(host.completion(stop), nullptr);
  EXPECT_EQ(host.timers(), 0U);
  EXPECT_EQ(host.open_ops(), 0U);
  EXPECT_EQ(host.wrong_completions(), 0);
}

}  // namespace
}  // namespace openclaw::webchat
