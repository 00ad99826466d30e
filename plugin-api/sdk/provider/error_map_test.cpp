#include "openclaw/cpp/provider/error_map.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace openclaw::sdk {
namespace {

class ErrorMapTest : public ::testing::Test {
 protected:
  Failure at(std::uint32_t status, std::string_view body = {}, const Headers& headers = {}) {
    return map.response(status, headers, body, 0);
  }
  ErrorMap map{"work", "https://user.example/v1"};
};

TEST_F(ErrorMapTest, EachStatusHasItsCodeAndFlags) {
  const struct {
    std::uint32_t status;
    oc_status code;
    std::uint32_t flags;
  } table[] = {
      {301, OC_E_NET, OC_EF_NOT_DONE},
      {400, OC_E_INVAL, OC_EF_NOT_DONE},
      {401, OC_E_AUTH, OC_EF_NOT_DONE},
      {402, OC_E_RATE, OC_EF_NOT_DONE | OC_EF_BILLING},
      {403, OC_E_REFUSED, OC_EF_NOT_DONE},
      {404, OC_E_NOTFOUND, OC_EF_NOT_DONE},
      {408, OC_E_DEADLINE, OC_EF_NOT_DONE | OC_EF_RETRY},
      {409, OC_E_NET, OC_EF_NOT_DONE | OC_EF_RETRY},
      {413, OC_E_TOOBIG, OC_EF_NOT_DONE | OC_EF_LENGTH},
      {422, OC_E_INVAL, OC_EF_NOT_DONE},
      {429, OC_E_RATE, OC_EF_NOT_DONE | OC_EF_RETRY},
      {500, OC_E_NET, OC_EF_MAYBE_DONE | OC_EF_RETRY},
      {503, OC_E_NET, OC_EF_NOT_DONE | OC_EF_RETRY},
      {504, OC_E_DEADLINE, OC_EF_MAYBE_DONE | OC_EF_RETRY},
      {529, OC_E_RATE, OC_EF_NOT_DONE | OC_EF_RETRY},
  };
  for (const auto& row : table) {
    const Failure f = at(row.status);
    EXPECT_EQ(f.code, row.code) << row.status;
    EXPECT_EQ(f.flags, row.flags) << row.status;
    EXPECT_EQ(f.detail_json, "{\"status\":" + std::to_string(row.status) + "}");
    EXPECT_EQ(f.message.rfind("work ", 0), 0U) << f.message;
  }
}

TEST_F(ErrorMapTest, QuotesTheProviderWithoutItsKeys) {
  const Failure f =
      at(401, R"({"error":{"message":"Incorrect API key provided: sk-abc*****xyz."}})");
  EXPECT_EQ(f.message,
            "work refused the API key (HTTP 401): Incorrect API key provided: [redacted]; check "
            "providers[].apiKey");
}

TEST_F(ErrorMapTest, ReadsTheBodiesOfCompatibleServers) {
  EXPECT_NE(at(400, R"({"message":"vLLM says no","code":400})").message.find("vLLM says no"),
            std::string::npos);
  EXPECT_NE(at(400, R"({"error":"ollama says no"})").message.find("ollama says no"),
            std::string::npos);
  EXPECT_NE(at(400, "plain no").message.find("plain no"), std::string::npos);
  EXPECT_EQ(at(502, "<html><h1>Bad gateway</h1>").message.find('<'), std::string::npos);
  EXPECT_EQ(at(500, R"([["x"]])").code, OC_E_NET);
}

TEST_F(ErrorMapTest, HonoursTheProvidersWordAboutRetrying) {
  EXPECT_EQ(at(500, {}, {{"x-should-retry", "false"}, {"retry-after", "3"}}).flags & OC_EF_RETRY,
            0U);
  EXPECT_EQ(at(500, {}, {{"x-should-retry", "false"}, {"retry-after", "3"}}).retry_after_ms, 0U);
  EXPECT_NE(at(400, {}, {{"x-should-retry", "true"}}).flags & OC_EF_RETRY, 0U);
  EXPECT_EQ(at(503, {}, {{"retry-after", "3"}}).retry_after_ms, 3000U);
}

TEST_F(ErrorMapTest, NeverRetriesWithoutCredit) {
  const char* body =
      R"({"error":{"type":"insufficient_quota","message":"You exceeded your current quota"}})";
  const Failure f = at(429, body, {{"x-should-retry", "true"}, {"retry-after", "3"}});
  EXPECT_EQ(f.code, OC_E_RATE);
  EXPECT_EQ(f.flags, OC_EF_NOT_DONE | OC_EF_BILLING);
  EXPECT_EQ(f.retry_after_ms, 0U);
}

TEST_F(ErrorMapTest, KnowsAConversationThatIsTooLong) {
  for (const char* message : {"prompt is too long: 9 tokens > 8 maximum",
                              "This model's maximum context length is 8 tokens",
                              "input length and `max_tokens` exceed context limit: 9 > 8"}) {
    const auto body = nlohmann::json{{"error", {{"message", message}}}}.dump();
    EXPECT_NE(at(400, body).flags & OC_EF_LENGTH, 0U) << message;
    EXPECT_EQ(at(400, body).flags & OC_EF_RETRY, 0U) << message;
  }
}

TEST_F(ErrorMapTest, ReadsErrorsInsideAnAnswer) {
  const auto in = [&](const char* text) { return map.in_answer(nlohmann::json::parse(text)); };
  EXPECT_EQ(in(R"({"type":"overloaded_error","message":"x"})").code, OC_E_RATE);
  EXPECT_EQ(in(R"({"code":"rate_limit_exceeded","message":"x"})").code, OC_E_RATE);
  EXPECT_EQ(in(R"({"code":502,"message":"upstream"})").code, OC_E_NET);
  EXPECT_EQ(in(R"({"type":"invalid_request_error","code":"context_length_exceeded"})").flags &
                OC_EF_LENGTH,
            OC_EF_LENGTH);
  EXPECT_EQ(in(R"("words")").flags, OC_EF_RETRY | OC_EF_MAYBE_DONE);
  EXPECT_EQ(in(R"({"type":"from the future"})").code, OC_E_NET);
  EXPECT_EQ(in("null").code, OC_E_NET);
}

TEST_F(ErrorMapTest, KeepsANetworkFailuresCodeAndFlags) {
  const Failure f = map.network({OC_E_NET, "refused", OC_EF_RETRY | OC_EF_NOT_DONE});
  EXPECT_EQ(f.flags, OC_EF_RETRY | OC_EF_NOT_DONE);
  EXPECT_EQ(
      f.message,
      "work could not be reached: refused; check providers[].baseUrl (https://user.example/v1)");
  EXPECT_NE(map.network({OC_E_DEADLINE, "slow"}).message.find("providers[].proxy"),
            std::string::npos);
  EXPECT_NE(map.network({OC_E_AUTH, "secret not allowed there"}).message.find("apiKey"),
            std::string::npos);
}

TEST_F(ErrorMapTest, ShowsTheBaseUrlWithoutItsPassword) {
  const ErrorMap own("work", "http://user:pass@host:1/v1@x");
  const Failure f = own.network({OC_E_NET, "refused"});
  EXPECT_NE(f.message.find("(http://host:1/v1@x)"), std::string::npos) << f.message;
}

}  // namespace
}  // namespace openclaw::sdk
