// The pipeline's end of a provider on another loop: order, refusal, and providers that are stuck.
#include "core/host/provider_link.hpp"

#include <gmock/gmock.h>

#include "core/host/instance_fixture.hpp"
#include "openclaw/host/stream.h"

namespace openclaw::host {

using pipeline::ChatEvent;
using pipeline::ChatFailure;
using pipeline::ChatId;
using runtime::Millis;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ProviderLinkTest : public InstanceTest {
 protected:
  void load(Millis grace = Millis{20'000}) {
    Manifest manifest;
    manifest.id = "scripted";
    manifest.kind = "provider";
    make(std::move(manifest), std::make_shared<Library>(Library::linked(scripted)));
    ASSERT_FALSE(created.has_error()) << created.error().message;
    config.name = "scripted";
    config.timeouts.total = 0;
    link = std::make_unique<ProviderLink>(*instance, config, home, grace);
  }

  /// One chat, asked for and heard at home.
  struct Chat {
    std::vector<std::string> heard;
    std::promise<std::optional<ChatFailure>> promise;
    std::future<std::optional<ChatFailure>> done = promise.get_future();
    ChatId id = 0;
  };
  void ask(
      Chat& chat, std::function<bool()> wanted = [] { return true; }) {
    std::promise<void> asked;
    home.post([&, w = std::move(wanted)] {
      chat.id = link->chat(
          {"m", "{}", true, false},
          {[this, &chat, w](ChatEvent kind, std::string_view data) {
             EXPECT_TRUE(home.on_loop());
             chat.heard.push_back(std::to_string(static_cast<int>(kind)) + ":" + std::string(data));
             return w();
           },
           [this, &chat](std::optional<ChatFailure> failure) {
             EXPECT_TRUE(home.on_loop());
             chat.promise.set_value(std::move(failure));
           }});
      asked.set_value();
    });
    asked.get_future().wait();
  }
  oc_status emit(oc_op op, std::uint32_t kind, std::string_view data) const {
    return script.service<oc_stream>("oc.stream/1")->emit(script.host, op, kind, sdk::str(data));
  }

  config::Provider config;
  std::unique_ptr<ProviderLink> link;
};

TEST_F(ProviderLinkTest, EventsComeHomeInOrderBeforeTheEnd) {
  load();
  script.chat = [this](oc_op op) {
    emit(op, OC_CHAT_REASONING, "hm");
    emit(op, OC_CHAT_TEXT, "one ");
    emit(op, OC_CHAT_TEXT, "two");
    emit(op, OC_CHAT_USAGE, "{}");
    emit(op, OC_CHAT_TEXT, "!");
    script.complete(op);
  };
  Chat chat;
  ask(chat);
  EXPECT_EQ(get(chat.done), std::nullopt);
  std::string all;
  for (const auto& h : chat.heard) all += h + "|";
  EXPECT_THAT(all, HasSubstr("2:hm|1:one "));
  EXPECT_THAT(all, HasSubstr("two|4:{}|1:!|"));
}

TEST_F(ProviderLinkTest, WhatHomeRefusesIsNoWholeAnswerAndIsCancelled) {
  load();
  oc_op op = 0;
  std::promise<void> emitted;
  script.chat = [&](oc_op opened) {
    op = opened;
    emit(op, OC_CHAT_TEXT, "too much");
    emitted.set_value();
  };
  Chat chat;
  ask(chat, [] { return false; });
  emitted.get_future().wait();  // or what follows might overtake it
  std::promise<void> heard;
  home.post([&] { loop.post([&] { heard.set_value(); }); });
  heard.get_future().wait();
  on_loop([&] {
    EXPECT_EQ(emit(op, OC_CHAT_TEXT, "more"), OC_E_CANCELLED);
    script.complete(op);  // although it does not say so itself
  });
  const auto failure = get(chat.done);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->error.code, Errc::cancelled);
  EXPECT_THAT(chat.heard, ElementsAre("1:too much"));
}

TEST_F(ProviderLinkTest, CancelReachesThePluginAndItsEndComesHome) {
  load();
  std::promise<oc_op> issued;
  script.chat = [&](oc_op op) { issued.set_value(op); };
  Chat chat;
  ask(chat);
  auto future = issued.get_future();
  const oc_op op = get(future);
  home.post([&] { link->cancel(chat.id); });
  std::promise<void> passed;
  home.post([&] { loop.post([&] { passed.set_value(); }); });
  passed.get_future().wait();
  on_loop([&] {
    EXPECT_THAT(script.cancelled, ElementsAre(op));
    script.complete(op, OC_E_CANCELLED, "ended");
  });
  const auto failure = get(chat.done);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->error.code, Errc::cancelled);
}

TEST_F(ProviderLinkTest, WhenABlockedProviderIsShutOutItsCallsFailAlthoughItsLoopIsStuck) {
  load();
  std::promise<void> inside;
  std::promise<void> release;
  // A share of its own: its thread may come to the wait when this body is over.
  script.chat = [&inside, released = release.get_future().share()](oc_op) {
    inside.set_value();
    released.wait();
  };
  Chat stuck;
  ask(stuck);
  inside.get_future().wait();
  instance->fence("scripted blocked");
  const auto failure = get(stuck.done);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->error.code, Errc::plugin);
  EXPECT_TRUE(failure->error.retryable);
  EXPECT_EQ(failure->error.message, "scripted blocked");
  Chat later;
  ask(later);
  EXPECT_EQ(get(later.done)->error.message, "scripted blocked");
  release.set_value();
}

TEST_F(ProviderLinkTest, AtHomesDeadlineACallFailsAlthoughTheLoopIsStuck) {
  load(Millis{10});
  std::promise<void> release;
  script.chat = [&](oc_op) { release.get_future().wait(); };
  Chat chat;
  ask(chat);
  const auto failure = get(chat.done);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->error.code, Errc::deadline);
  release.set_value();
}

TEST_F(ProviderLinkTest, AProviderThatOutrunsHomeIsStopped) {
  load();
  std::promise<void> release;
  std::promise<int> emitted;
  Chat chat;
  script.chat = [&](oc_op op) {
    const std::string piece(1U << 20U, 'x');
    int n = 0;
    while (n < 100 && emit(op, OC_CHAT_TEXT, piece) == OC_OK) ++n;
    emitted.set_value(n);
    script.complete(op);
  };
  ask(chat, [&, once = true]() mutable {
    if (std::exchange(once, false)) release.get_future().wait();
    return true;
  });
  auto future = emitted.get_future();
  EXPECT_LT(get(future), 20);
  release.set_value();
  const auto failure = get(chat.done);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->error.code, Errc::cancelled);
}

}  // namespace openclaw::host
