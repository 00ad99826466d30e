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
    port = std::make_unique<ChannelPort>(*instance, home, ChannelDeadlines{send_deadline});
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
  script.send = [this](oc_op op, const oc_message&) {
    script.api->complete(script.host, op, nullptr, sdk::str(R"({"message_id":"m7"})"), {});
  };
  Send first;
  send(first, "hello");
  const auto sent = get(first.outcome);
  ASSERT_FALSE(sent.has_error());
  EXPECT_EQ(*sent, "m7") << "the platform's own id";
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

/// Fetches that the script answers when it likes.
class ChannelFetchTest : public ChannelPortTest {
 protected:
  using Fetched = Result<pipeline::FetchedMedia>;

  void load_fetching(ChannelDeadlines deadlines = {}) {
    make();
    port = std::make_unique<ChannelPort>(*instance, home, deadlines);
    script.fetch = [this](oc_op op, const oc_attachment&, std::uint64_t) { asked.set_value(op); };
  }
  pipeline::FetchId begin() {
    std::promise<pipeline::FetchId> id;
    home.post([&] {
      id.set_value(port->fetch({"image/png", "cat.png", "f1", 3}, 10, [this](Fetched result) {
        EXPECT_TRUE(home.on_loop());
        ended.set_value(std::move(result));
      }));
    });
    return id.get_future().get();
  }
  void cancel(pipeline::FetchId id) {
    std::promise<void> told;
    home.post([&] {
      port->cancel_fetch(id);
      told.set_value();
    });
    told.get_future().wait();
  }

  std::promise<oc_op> asked;
  std::promise<Fetched> ended;
  std::future<Fetched> outcome = ended.get_future();
};

TEST_F(ChannelFetchTest, ACancelReachesThePluginAndTheEndIsThePlugins) {
  load_fetching();
  const auto id = begin();
  const oc_op op = asked.get_future().get();
  cancel(id);
  on_loop([&] { EXPECT_EQ(script.cancelled, std::vector<oc_op>{op}); });
  EXPECT_EQ(outcome.wait_for(Millis{0}), std::future_status::timeout) << "it may hold bytes yet";
  on_loop([&] { script.complete(op, OC_E_CANCELLED, "not wanted"); });
  EXPECT_EQ(get(outcome).error().code, Errc::cancelled);
  cancel(id);  // names nothing any more
  on_loop([&] { EXPECT_EQ(script.cancelled.size(), 1U); });
}

TEST_F(ChannelFetchTest, WhatTheChannelHasNotHeardOfIsCancelledAtOnce) {
  load_fetching();
  std::promise<void> inside;
  std::promise<void> release;
  loop.post([&] {
    inside.set_value();
    release.get_future().wait();
  });
  inside.get_future().wait();
  cancel(begin());
  EXPECT_EQ(get(outcome).error().code, Errc::cancelled);
  release.set_value();
  on_loop([] {});
  EXPECT_EQ(asked.get_future().wait_for(Millis{0}), std::future_status::timeout);
}

TEST_F(ChannelFetchTest, HomeGivesUpOnAPluginThatIsStuckAndHearsNoMoreOfIt) {
  load_fetching({Millis{1}, Millis{1}, Millis{1}});
  std::promise<void> release;
  script.fetch = [&](oc_op op, const oc_attachment&, std::uint64_t) {
    release.get_future().wait();
    script.complete(op);
  };
  begin();
  const auto result = get(outcome);
  ASSERT_TRUE(result.has_error());
  release.set_value();
  on_loop([] {});
  std::promise<void> home_ran;
  home.post([&] { home_ran.set_value(); });
  home_ran.get_future().wait();  // a second end would have thrown
}

TEST_F(ChannelFetchTest, ItEndsWhenItsChannelIsShutOut) {
  load_fetching();
  begin();
  asked.get_future().wait();
  instance->fence("it blocked");
  EXPECT_EQ(get(outcome).error().message, "it blocked");
}

TEST_F(ChannelFetchTest, WhatSurelyWasNotDoneMayBeTriedAgain) {
  load_fetching();
  script.fetch = [this](oc_op op, const oc_attachment&, std::uint64_t) {
    const oc_error error{sizeof error, OC_E_NET, OC_EF_NOT_DONE, 0, sdk::str("cut"), {}};
    script.api->complete(script.host, op, &error, {}, {});
  };
  begin();
  EXPECT_TRUE(get(outcome).error().retryable);
}

TEST_F(ChannelPortTest, AReactionTypingAndAnAttachmentByItsAddressReachThePlugin) {
  load();
  std::promise<std::string> seen;
  script.react = [&](const oc_reaction& r) {
    seen.set_value(sdk::copy(r.chat_id) + " " + sdk::copy(r.thread_id) + " " +
                   sdk::copy(r.message_id) + " " + sdk::copy(r.emoji) +
                   (r.on != 0 ? " on " : " off ") + sdk::copy(r.extra_json));
  };
  pipeline::Inbound spoken;
  spoken.from.chat_id = "c";
  spoken.from.thread_id = "t";
  spoken.message_id = "m";
  spoken.extra_json = R"({"n":1})";
  home.post([&] { port->react(spoken, "👀", true); });
  auto reacted = seen.get_future();
  EXPECT_EQ(get(reacted), R"(c t m 👀 on {"n":1})");
  std::promise<std::string> written;
  script.typing = [&](const oc_typing& t) {
    written.set_value(sdk::copy(t.chat_id) + " " + sdk::copy(t.thread_id) +
                      (t.on != 0 ? " on " : " off ") + sdk::copy(t.extra_json));
  };
  home.post([&] { port->typing(spoken, true); });
  auto typed = written.get_future();
  EXPECT_EQ(get(typed), R"(c t on {"n":1})");
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
  port = std::make_unique<ChannelPort>(*instance, home,
                                       ChannelDeadlines{Millis{1}, Millis{1}, Millis{1}});
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
