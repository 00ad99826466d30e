// What every provider that speaks HTTP must do, as tests that a plugin instantiates.
//
//   INSTANTIATE_TEST_SUITE_P(OpenAi, ProviderContract, ::testing::Values(my_case()));
//
// Include it in one test file of the plugin. Random chunking prints its seed on failure.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "openclaw/testing/provider_fixture.hpp"
#include "openclaw/testing/usage_check.hpp"

namespace openclaw::testing {

struct ProviderCase {
  const oc_plugin_api* api = nullptr;
  std::string name, config;
  std::uint32_t flags = OC_CHAT_STREAM;
  std::string request;        ///< an OpenAI chat completion request
  std::string stream;         ///< a whole good answer
  std::size_t complete_from;  ///< a cut before this byte must fail
  std::string first_event;    ///< the stream's beginning up to its first progress
  std::string keep_alive;     ///< bytes that are no progress
  std::string whole;          ///< the body of a good answer that is not streamed
};

inline void PrintTo(const ProviderCase& c, std::ostream* out) {
  *out << c.name;
}

class ProviderContract : public ProviderFixture,
                         public ::testing::WithParamInterface<ProviderCase> {
 protected:
  using Emissions = std::vector<std::pair<std::uint32_t, std::string>>;

  void SetUp() override {
    ASSERT_EQ(host.create(*GetParam().api, GetParam().name, GetParam().config), "");
  }
  void TearDown() override { EXPECT_EQ(host.wrong_completions(), 0); }

  oc_op chat() {
    const oc_op op = host.chat(GetParam().request, GetParam().flags, "model");
    http = host.last_http() == nullptr ? 0 : host.last_http()->op;
    return op;
  }
  void begin() { host.head(http, 200, {{"Content-Type", "text/event-stream"}}); }

  /// One whole chat whose body comes in these pieces; what was emitted.
  Emissions run(const std::vector<std::string_view>& pieces) {
    host.emitted.clear();
    const oc_op op = chat();
    begin();
    for (const auto piece : pieces) host.data(http, std::string(piece));
    host.finish(http);
    EXPECT_NE(host.completion(op), nullptr);
    if (host.completion(op) != nullptr) {
      EXPECT_FALSE(host.completion(op)->failure) << host.completion(op)->failure->message;
    }
    Emissions out;
    for (const auto& e : host.emitted) out.emplace_back(e.kind, e.data);
    return out;
  }

  oc_op http = 0;
};

TEST_P(ProviderContract, ACutStreamNeverCompletesAsSuccess) {
  const std::string& stream = GetParam().stream;
  for (std::size_t cut = 0; cut < GetParam().complete_from; ++cut) {
    const oc_op op = chat();
    begin();
    host.data(http, stream.substr(0, cut));
    host.finish(http);
    ASSERT_NE(failure(op), nullptr) << "cut at byte " << cut;
    EXPECT_EQ(failure(op)->code, OC_E_NET) << "cut at byte " << cut;
  }
}

TEST_P(ProviderContract, ASplitStreamEmitsTheSame) {
  const std::string_view stream = GetParam().stream;
  const Emissions expected = run({stream});
  ASSERT_FALSE(expected.empty());
  for (std::size_t at = 1; at < stream.size(); ++at) {
    ASSERT_EQ(run({stream.substr(0, at), stream.substr(at)}), expected) << "split at byte " << at;
  }
}

TEST_P(ProviderContract, RandomChunksEmitTheSame) {
  const std::string_view stream = GetParam().stream;
  const Emissions expected = run({stream});
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  for (int round = 0; round < 100; ++round) {
    const std::size_t largest = 1 + random() % 64;
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t n = 1 + random() % largest;
      pieces.push_back(stream.substr(at, n));
      at += n;
    }
    ASSERT_EQ(run(pieces), expected) << "seed " << seed << ", round " << round;
  }
}

TEST_P(ProviderContract, CarriageReturnsAndCommentsChangeNothing) {
  const Emissions expected = run({GetParam().stream});
  std::string other = ": comment\r\n\r\n";
  for (const char c : GetParam().stream) {
    if (c == '\n') other += '\r';
    other += c;
  }
  EXPECT_EQ(run({other}), expected);
}

TEST_P(ProviderContract, CompletesAtTheTerminalEventWithoutWaitingForTheEnd) {
  const oc_op op = chat();
  begin();
  host.data(http, GetParam().stream);
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_FALSE(host.completion(op)->failure);
  EXPECT_FALSE(host.last_http()->cancelled) << "the connection can be used again";
  host.advance(5000);
  EXPECT_TRUE(host.last_http()->cancelled) << "but is not waited for";
  EXPECT_EQ(host.timers(), 0U);
}

TEST_P(ProviderContract, TellsTheTokensStreamedOrWhole) {
  // Taken apart: who accepts the API's own chunks finds them there.
  const oc_op streamed = host.chat(GetParam().request, OC_CHAT_STREAM, "model");
  host.respond(host.last_http()->op, 200, GetParam().stream);
  EXPECT_TRUE(tells_usage(host, streamed));
  const oc_op whole = host.chat(GetParam().request, 0, "model");
  host.respond(host.last_http()->op, 200, GetParam().whole, {{"Content-Type", "application/json"}});
  ASSERT_NE(host.completion(whole), nullptr);
  EXPECT_FALSE(host.completion(whole)->failure);
  EXPECT_TRUE(tells_usage(host, whole));
}

TEST_P(ProviderContract, CancelEndsTheTransferAndCompletesOnce) {
  for (const std::string& seen : {std::string{}, GetParam().first_event}) {
    const oc_op op = chat();
    if (!seen.empty()) {
      begin();
      host.data(http, seen);
    }
    host.cancel(op);
    host.cancel(op);
    EXPECT_TRUE(host.last_http()->cancelled);
    ASSERT_NE(failure(op), nullptr);
    EXPECT_EQ(failure(op)->code, OC_E_CANCELLED);
    EXPECT_FALSE(host.http_open(http));
    EXPECT_EQ(host.timers(), 0U);
  }
}

TEST_P(ProviderContract, EndsTheTransferWhenNobodyListens) {
  const oc_op op = chat();
  begin();
  host.emit_answer = OC_E_CANCELLED;
  host.data(http, GetParam().stream);
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_CANCELLED);
  EXPECT_TRUE(host.last_http()->cancelled);
}

TEST_P(ProviderContract, HandsTheDeadlinesToTheTransfer) {
  chat();
  EXPECT_EQ(host.last_http()->connect_ms, 1000U);
  EXPECT_EQ(host.last_http()->first_byte_ms, 2000U);
  EXPECT_EQ(host.last_http()->idle_ms, 3000U);
  EXPECT_EQ(host.last_http()->total_ms, 60000U);
  EXPECT_EQ(host.last_http()->max_bytes, 32U * 1024 * 1024);
}

TEST_P(ProviderContract, KeepAlivesDoNotMoveTheFirstTokenDeadline) {
  const oc_op op = chat();
  begin();
  for (int i = 0; i < 19; ++i) {
    host.advance(100);
    host.data(http, GetParam().keep_alive);
  }
  EXPECT_EQ(host.completion(op), nullptr);
  host.advance(100);
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_DEADLINE);
  EXPECT_NE(failure(op)->flags & OC_EF_RETRY, 0U);
  EXPECT_NE(failure(op)->message.find("firstToken"), std::string::npos);
  EXPECT_TRUE(host.last_http()->cancelled);
}

TEST_P(ProviderContract, KeepAlivesDoNotMoveTheIdleDeadline) {
  const oc_op op = chat();
  begin();
  host.advance(1900);
  host.data(http, GetParam().first_event);
  for (int i = 0; i < 29; ++i) {
    host.advance(100);
    host.data(http, GetParam().keep_alive);
  }
  EXPECT_EQ(host.completion(op), nullptr);
  host.advance(100);
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_DEADLINE);
  EXPECT_NE(failure(op)->message.find("idle"), std::string::npos);
}

TEST_P(ProviderContract, RefusesAnEventOverOneMebibyte) {
  const oc_op op = chat();
  begin();
  host.data(http, "data: ");
  const std::string piece(64 * 1024, 'x');
  for (int i = 0; i < 17 && host.completion(op) == nullptr; ++i) host.data(http, piece);
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_TOOBIG);
  EXPECT_TRUE(host.last_http()->cancelled);
}

TEST_P(ProviderContract, RefusesAnEventThatIsNotJson) {
  for (const char* event : {"data: {\"a\":\n\n", "data: <html>\n\n", "data: [1,2]\n\n"}) {
    const oc_op op = chat();
    begin();
    host.data(http, event);
    ASSERT_NE(failure(op), nullptr) << event;
    EXPECT_EQ(failure(op)->code, OC_E_NET) << event;
  }
}

TEST_P(ProviderContract, MapsRefusalsToWhatTheOperatorCanDo) {
  const auto answer = [&](std::uint32_t status, const char* body, const Headers& headers) {
    const oc_op op = chat();
    host.respond(http, status, body, headers);
    return host.completion(op)->failure.value_or(Failure{OC_OK, ""});
  };
  Failure f = answer(401, R"({"error":{"message":"bad key sk-abcdefgh12345678"}})", {});
  EXPECT_EQ(f.code, OC_E_AUTH);
  EXPECT_EQ(f.flags & OC_EF_RETRY, 0U);
  EXPECT_NE(f.message.find("providers[].apiKey"), std::string::npos);
  EXPECT_EQ(f.message.find("sk-abcdefgh"), std::string::npos);
  EXPECT_EQ(f.detail_json, R"({"status":401})");
  f = answer(429, R"({"error":{"message":"slow down"}})", {{"Retry-After", "7"}});
  EXPECT_EQ(f.code, OC_E_RATE);
  EXPECT_EQ(f.retry_after_ms, 7000U);
  EXPECT_NE(f.flags & OC_EF_RETRY, 0U);
  for (const std::uint32_t status : {408U, 409U, 500U, 502U, 503U, 504U, 529U}) {
    EXPECT_NE(answer(status, "<html>", {}).flags & OC_EF_RETRY, 0U) << status;
  }
  EXPECT_EQ(answer(500, "", {{"X-Should-Retry", "false"}}).flags & OC_EF_RETRY, 0U);
  EXPECT_EQ(answer(400, R"({"error":{"message":"no"}})", {}).code, OC_E_INVAL);
}

TEST_P(ProviderContract, PassesNetworkFailuresOn) {
  const oc_op op = chat();
  host.fail(http, Failure{OC_E_NET, "connection refused", OC_EF_RETRY | OC_EF_NOT_DONE});
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_NET);
  EXPECT_EQ(failure(op)->flags, OC_EF_RETRY | OC_EF_NOT_DONE);
  EXPECT_NE(failure(op)->message.find("providers[].baseUrl"), std::string::npos);
  const oc_op slow = chat();
  host.fail(http, Failure{OC_E_DEADLINE, "no connection", OC_EF_RETRY | OC_EF_NOT_DONE});
  ASSERT_NE(failure(slow), nullptr);
  EXPECT_NE(failure(slow)->message.find("providers[].proxy"), std::string::npos);
}

TEST_P(ProviderContract, QuiesceFinishesWhatRunsAndTakesNothingNew) {
  const oc_op op = chat();
  const oc_op running = http;
  const oc_op quiet = host.quiesce();
  EXPECT_EQ(host.completion(quiet), nullptr);
  const oc_op late = host.chat(GetParam().request, GetParam().flags, "model");
  ASSERT_NE(failure(late), nullptr);
  EXPECT_EQ(failure(late)->code, OC_E_AGAIN);
  host.head(running, 200, {});
  host.data(running, GetParam().stream);
  host.finish(running);
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_FALSE(host.completion(op)->failure);
  EXPECT_NE(host.completion(quiet), nullptr);
}

TEST_P(ProviderContract, StopCancelsWhatRuns) {
  const oc_op op = chat();
  const oc_op stopped = host.stop();
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_CANCELLED);
  EXPECT_NE(host.completion(stopped), nullptr);
  EXPECT_EQ(host.timers(), 0U);
}

TEST_P(ProviderContract, CanBeDestroyedWhileAnAnswerRuns) {
  chat();
  begin();
  host.data(http, GetParam().first_event);
  host.destroy();
}

TEST_P(ProviderContract, RefusesABodyThatIsNotAnObject) {
  const oc_op op = host.chat("[1]", GetParam().flags, "model");
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_INVAL);
  EXPECT_EQ(host.last_http(), nullptr);
}

}  // namespace openclaw::testing
