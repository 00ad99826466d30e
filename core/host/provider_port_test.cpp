// The provider's port over real plugin files: the sound one, and those that break their promises.
#include "core/host/provider_port.hpp"

#include <gmock/gmock.h>

#include "core/host/instance_fixture.hpp"

namespace openclaw::host {

using ::testing::HasSubstr;

class ProviderPortTest : public InstanceTest {
 protected:
  struct Answer {
    std::string text;
    std::optional<pipeline::ChatFailure> failure;
  };

  void load(const std::string& file) {
    auto manifest = read_manifest(std::string(OPENCLAW_BUILT_PLUGINS) + "/" + file);
    ASSERT_FALSE(manifest.has_error()) << manifest.error().message;
    auto library = Library::load(*manifest);
    ASSERT_FALSE(library.has_error()) << library.error().message;
    make(std::move(*manifest), std::make_shared<Library>(std::move(*library)));
    ASSERT_FALSE(created.has_error()) << created.error().message;
    config.name = instance->name();
    config.timeouts.total = 0;  // then the port's own grace is all that a plugin gets
    port = std::make_unique<ProviderPort>(*instance, config, runtime::Millis{50});
  }

  Answer chat(bool heard = true) {
    auto answer = std::make_shared<Answer>();
    auto done = std::make_shared<std::promise<void>>();
    auto future = done->get_future();
    loop.post([this, answer, done, heard] {
      pipeline::ChatCall call;
      call.model = "m";
      call.body_json = R"({"model":"m","messages":[{"role":"user","content":"hello"}]})";
      port->chat(call, {[answer, heard](pipeline::ChatEvent kind, std::string_view data) {
                          if (kind == pipeline::ChatEvent::text) answer->text += data;
                          return heard;
                        },
                        [answer, done](std::optional<pipeline::ChatFailure> failure) {
                          answer->failure = std::move(failure);
                          done->set_value();
                        }});
    });
    get(future);
    on_loop([] {});
    on_loop([] {});  // what is said too late has been said by now
    return *answer;
  }

  config::Provider config;
  std::unique_ptr<ProviderPort> port;
};

TEST_F(ProviderPortTest, EchoAnswers) {
  load("providers/echo.so");
  EXPECT_EQ(start(), "");
  const auto answer = chat();
  EXPECT_FALSE(answer.failure.has_value());
  EXPECT_THAT(answer.text, HasSubstr("hello"));
}

TEST_F(ProviderPortTest, AnExceptionInsideThePluginFailsTheChat) {
  load("../bad_plugins/chat_throws.so");
  EXPECT_EQ(start(), "");
  const auto answer = chat();
  ASSERT_TRUE(answer.failure.has_value());
  EXPECT_EQ(answer.failure->error.code, Errc::plugin);
}

TEST_F(ProviderPortTest, WhatIsEmittedAfterTheCompletionIsNotHeard) {
  load("../bad_plugins/chat_emits_late.so");
  EXPECT_EQ(start(), "");
  EXPECT_EQ(chat().text, "in time");
}

TEST_F(ProviderPortTest, WhatAForeignThreadEmitsIsNotHeard) {
  load("../bad_plugins/foreign_thread.so");
  EXPECT_EQ(start(), "");
  const auto answer = chat();
  EXPECT_FALSE(answer.failure.has_value());
  EXPECT_EQ(answer.text, "");
}

TEST_F(ProviderPortTest, AChatThatNeverCompletesEndsAtItsDeadline) {
  load("../bad_plugins/chat_never_completes.so");
  EXPECT_EQ(start(), "");
  const auto answer = chat();
  ASSERT_TRUE(answer.failure.has_value());
  EXPECT_EQ(answer.failure->error.code, Errc::deadline);
  EXPECT_EQ(answer.text, "well, ");
}

TEST_F(ProviderPortTest, TheFirstCompletionOfAStartCounts) {
  load("../bad_plugins/start_completes_twice.so");
  EXPECT_EQ(start(), "");
  EXPECT_EQ(chat().text, "sound");
}

TEST_F(ProviderPortTest, CompletionsOfUnknownOperationsHarmNothing) {
  load("../bad_plugins/completes_unknown_op.so");
  EXPECT_EQ(start(), "");
  EXPECT_EQ(chat().text, "sound");
}

}  // namespace openclaw::host
