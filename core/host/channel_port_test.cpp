// The pipeline's end of a channel on another loop, whose plugin may be stuck.
#include "core/host/channel_port.hpp"

#include <gmock/gmock.h>

#include "core/host/instance_fixture.hpp"

namespace openclaw::host {

using runtime::Millis;

class ChannelPortTest : public InstanceTest {
 protected:
  void load(Millis send_deadline = Millis{60'000}) {
    make();
    port = std::make_unique<ChannelPort>(*instance, home, send_deadline);
  }
  struct Send {
    std::promise<Result<std::string>> promise;
    std::future<Result<std::string>> outcome = promise.get_future();
  };
  void send(Send& send, const std::string& text) {
    std::promise<void> asked;
    home.post([&] {
      pipeline::Outbound message;
      message.chat_id = "c";
      message.text = text;
      port->send(message, [this, &send](Result<std::string> result) {
        EXPECT_TRUE(home.on_loop());
        send.promise.set_value(std::move(result));
      });
      asked.set_value();
    });
    asked.get_future().wait();
  }

  std::unique_ptr<ChannelPort> port;
};

TEST_F(ChannelPortTest, TheOutcomeComesHome) {
  load();
  Send first;
  send(first, "hello");
  EXPECT_FALSE(get(first.outcome).has_error());
  script.send = [this](oc_op op, const oc_message&) { script.complete(op, OC_E_REFUSED, "no"); };
  Send second;
  send(second, "hello");
  EXPECT_EQ(get(second.outcome).error().code, Errc::permanent);
}

TEST_F(ChannelPortTest, AnAttachmentsBytesComeHome) {
  load();
  EXPECT_TRUE(port->traits().media);
  std::string asked;
  const auto fetch = [this] {
    std::promise<Result<pipeline::FetchedMedia>> promise;
    auto outcome = promise.get_future();
    home.post([&] {
      port->fetch({"image/png", "cat.png", "f1", 3}, 10,
                  [this, &promise](Result<pipeline::FetchedMedia> result) {
                    EXPECT_TRUE(home.on_loop());
                    promise.set_value(std::move(result));
                  });
    });
    return get(outcome);
  };
  std::string bytes = "png";
  script.fetch = [&](oc_op op, const oc_attachment& a, std::uint64_t max_bytes) {
    asked = sdk::copy(a.ref) + " " + sdk::copy(a.mime) + " " + sdk::copy(a.name) + " " +
            std::to_string(a.bytes) + " " + std::to_string(max_bytes);
    script.api->complete(script.host, op, nullptr, sdk::str(R"({"mime":"image/webp"})"),
                         {bytes.data(), bytes.size(), nullptr, nullptr});
  };
  const auto fetched = fetch();
  ASSERT_FALSE(fetched.has_error());
  EXPECT_EQ(fetched->mime, "image/webp");
  EXPECT_EQ(fetched->bytes, "png");
  EXPECT_EQ(asked, "f1 image/png cat.png 3 10");
  bytes = "eleven bytes";
  EXPECT_EQ(fetch().error().code, Errc::too_large) << "whatever the plugin was asked for";
  script.fetch = [this](oc_op op, const oc_attachment&, std::uint64_t) {
    script.complete(op, OC_E_NOTFOUND, "gone");
  };
  EXPECT_EQ(fetch().error().code, Errc::not_found);
}

TEST_F(ChannelPortTest, AReactionAndAnAttachmentByItsAddressReachThePlugin) {
  load();
  std::promise<std::string> seen;
  script.react = [&](const oc_reaction& r) {
    seen.set_value(sdk::copy(r.chat_id) + " " + sdk::copy(r.thread_id) + " " +
                   sdk::copy(r.message_id) + " " + sdk::copy(r.emoji) +
                   (r.on != 0 ? " on" : " off"));
  };
  home.post([&] { port->react("c", "t", "m", "👀", true); });
  auto reacted = seen.get_future();
  EXPECT_EQ(get(reacted), "c t m 👀 on");
  std::string sent;
  script.send = [&](oc_op op, const oc_message& m) {
    if (m.n_attachments == 1) {
      sent = sdk::copy(m.text) + " " + sdk::copy(m.attachments[0].ref) + " " +
             sdk::copy(m.attachments[0].mime);
    }
    script.complete(op);
  };
  std::promise<Result<std::string>> promise;
  auto outcome = promise.get_future();
  home.post([&] {
    pipeline::Outbound message;
    message.chat_id = "c";
    message.text = "a cat";
    message.attachments.push_back({"image/png", "cat.png", "https://x/cat.png", 0});
    port->send(message, [&](Result<std::string> r) { promise.set_value(std::move(r)); });
  });
  EXPECT_FALSE(get(outcome).has_error());
  EXPECT_EQ(sent, "a cat https://x/cat.png image/png");
}

TEST_F(ChannelPortTest, WhenAStuckChannelIsShutOutOnlyWhatItWasHandedMayHaveBeenSent) {
  load();
  std::promise<void> inside;
  std::promise<void> release;
  std::vector<std::string> seen;
  script.send = [&](oc_op, const oc_message& m) {
    seen.push_back(sdk::copy(m.text));
    inside.set_value();
    release.get_future().wait();
  };
  Send handed;
  send(handed, "handed");
  inside.get_future().wait();
  Send queued;
  send(queued, "queued");

  instance->fence("it blocked");
  const auto maybe = get(handed.outcome);
  ASSERT_TRUE(maybe.has_error());
  EXPECT_TRUE(maybe.error().maybe_done);
  const auto surely_not = get(queued.outcome);
  ASSERT_TRUE(surely_not.has_error());
  EXPECT_FALSE(surely_not.error().maybe_done);
  EXPECT_TRUE(surely_not.error().retryable);
  EXPECT_EQ(surely_not.error().message, "it blocked");

  release.set_value();
  on_loop([] {});
  EXPECT_EQ(seen, std::vector<std::string>{"handed"});
}

TEST_F(ChannelPortTest, WhatHomeGaveUpIsNotSentWhenTheLoopIsFreeAgain) {
  make();
  port = std::make_unique<ChannelPort>(*instance, home, Millis{1}, Millis{1});
  std::promise<void> inside;
  std::promise<void> release;
  loop.post([&] {
    inside.set_value();
    release.get_future().wait();
  });
  inside.get_future().wait();
  int sends = 0;
  script.send = [&](oc_op op, const oc_message&) {
    ++sends;
    script.complete(op);
  };
  Send late;
  send(late, "late");
  const auto outcome = get(late.outcome);
  ASSERT_TRUE(outcome.has_error());
  EXPECT_FALSE(outcome.error().maybe_done);
  release.set_value();
  on_loop([] {});
  EXPECT_EQ(sends, 0);
}

TEST_F(ChannelPortTest, AFailureThatSaysNothingOfItsEffectIsInDoubtUnlessItsCodeSettlesIt) {
  load();
  const auto maybe_done = [this](oc_status code) {
    script.send = [this, code](oc_op op, const oc_message&) { script.complete(op, code, "no"); };
    Send one;
    send(one, "hello");
    return get(one.outcome).error().maybe_done;
  };
  for (const oc_status code : {OC_E_NET, OC_E_DEADLINE, OC_E_CANCELLED, OC_E_IO, OC_E_PLUGIN}) {
    EXPECT_TRUE(maybe_done(code)) << code;
  }
  for (const oc_status code : {OC_E_REFUSED, OC_E_INVAL, OC_E_RATE, OC_E_AUTH, OC_E_TOOBIG}) {
    EXPECT_FALSE(maybe_done(code)) << code;
  }
}

TEST_F(ChannelPortTest, ASendThatIsOpenWhenItsChannelIsDestroyedMayHaveBeenSent) {
  load();
  std::promise<void> handed;
  script.send = [&](oc_op, const oc_message&) { handed.set_value(); };
  Send open;
  send(open, "hello");
  handed.get_future().wait();
  on_loop([this] { instance->destroy(); });
  const auto outcome = get(open.outcome);
  ASSERT_TRUE(outcome.has_error());
  EXPECT_TRUE(outcome.error().maybe_done);
}

TEST_F(ChannelPortTest, ASendFailsToAChannelThatIsDestroyedOrFenced) {
  load();
  const auto code = [this] {
    Send one;
    send(one, "hello");
    const auto result = get(one.outcome);
    return result.has_error() ? result.error().code : Errc{};
  };
  EXPECT_EQ(code(), Errc{});
  on_loop([this] { instance->destroy(); });
  EXPECT_EQ(code(), Errc::plugin);
  instance->fence("it blocked");
  EXPECT_EQ(code(), Errc::plugin);
}

TEST_F(ChannelPortTest, PartialsAreJoinedWhileTheLoopIsBusyAndTheEndAlwaysComes) {
  load();
  std::vector<std::pair<std::uint32_t, std::string>> seen;
  script.partial = [&](std::uint32_t kind, std::string text) { seen.emplace_back(kind, text); };
  std::promise<void> release;
  loop.post([gate = release.get_future().share()] { gate.wait(); });
  using pipeline::PartialKind;
  pipeline::Inbound to;
  to.from.chat_id = "c";
  to.extra_json = "{}";
  port->partial(PartialKind::begin, to, "t", "");
  for (int i = 0; i < 100; ++i) port->partial(PartialKind::text, to, "t", "x");
  port->partial(PartialKind::end, to, "t", "");
  release.set_value();
  on_loop([] {});
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].first, OC_PARTIAL_BEGIN);
  EXPECT_EQ(seen[1].second, std::string(100, 'x'));
  EXPECT_EQ(seen[2].first, OC_PARTIAL_END);
}

}  // namespace openclaw::host
