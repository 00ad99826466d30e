#include "send_error.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace openclaw::whatsapp {
namespace {

using nlohmann::json;

SendError error_of(std::uint32_t status, int code, json more = json::object()) {
  json error = {{"message", "it says why"}, {"code", code}};
  error.update(more);
  const Answer answer = read_answer(std::nullopt, status, json{{"error", error}}.dump());
  return read_send_error(*answer.error, "channels.whatsapp.");
}
constexpr std::uint32_t kAgain = OC_EF_NOT_DONE | OC_EF_RETRY;

TEST(SendErrors, WhatCanNeverArriveIsRefusedWithASentence) {
  for (const int code : {131047, 131026, 131049, 131030, 100, 131051, 132000}) {
    const SendError e = error_of(400, code);
    EXPECT_EQ(e.failure.code, OC_E_REFUSED) << code;
    EXPECT_EQ(e.failure.flags, OC_EF_NOT_DONE) << code;
    EXPECT_NE(e.failure.message.find(std::to_string(code)), std::string::npos);
  }
  EXPECT_NE(error_of(400, 131047).failure.message.find("24 hours"), std::string::npos);
}

TEST(SendErrors, EachLimitHoldsUpWhomItConcerns) {
  const struct {
    int code;
    Scope scope;
    std::uint32_t least_ms;
  } limits[] = {{131056, Scope::chat, 6'000},
                {130429, Scope::number, 1'000},
                {131048, Scope::number, 600'000},
                {80007, Scope::everything, 60'000},
                {4, Scope::everything, 60'000}};
  for (const auto& limit : limits) {
    const SendError e = error_of(400, limit.code);
    EXPECT_EQ(e.failure.code, OC_E_RATE) << limit.code;
    EXPECT_EQ(e.failure.flags, kAgain) << limit.code;
    EXPECT_EQ(e.scope, limit.scope) << limit.code;
    EXPECT_GE(e.failure.retry_after_ms, limit.least_ms) << limit.code;
  }
  EXPECT_EQ(error_of(429, 0).failure.code, OC_E_RATE);
}

TEST(SendErrors, ALimitIsKnownByItsCodeWhateverTheStatus) {
  EXPECT_EQ(error_of(500, 130429).failure.code, OC_E_RATE);
  EXPECT_EQ(error_of(500, 131047).failure.code, OC_E_REFUSED);
}

TEST(SendErrors, ARefusedTokenNamesTheKeyAndQuotesNothingOfIt) {
  const SendError e = error_of(401, 190, {{"message", "Malformed access token EAAB-secret"}});
  EXPECT_TRUE(e.token_refused);
  EXPECT_EQ(e.failure.code, OC_E_AUTH);
  EXPECT_EQ(e.failure.flags, kAgain);
  EXPECT_NE(e.failure.message.find("channels.whatsapp.token"), std::string::npos);
  EXPECT_EQ(e.failure.message.find("EAAB"), std::string::npos);
}

TEST(SendErrors, WhatOnlyTheOperatorCanMendLosesNoMessage) {
  for (const int code : {10, 200, 299, 131005, 131031, 131042, 133010, 368}) {
    const SendError e = error_of(403, code);
    EXPECT_TRUE(e.needs_operator) << code;
    EXPECT_FALSE(e.token_refused) << code;
    EXPECT_EQ(e.failure.code, OC_E_AUTH) << code;
    EXPECT_EQ(e.failure.flags, kAgain) << code;
  }
}

TEST(SendErrors, AServerErrorIsUnknownBecauseTheMessageMayBeOut) {
  EXPECT_EQ(error_of(500, 131000).failure.flags, OC_EF_MAYBE_DONE);
  EXPECT_EQ(error_of(503, 2, {{"is_transient", true}}).failure.flags, OC_EF_MAYBE_DONE);
  const Answer page = read_answer(std::nullopt, 502, "<html>");
  EXPECT_EQ(read_send_error(*page.error, "").failure.flags, OC_EF_MAYBE_DONE);
}

TEST(SendErrors, AClientErrorThatPassesIsTriedAgain) {
  EXPECT_EQ(error_of(400, 131016).failure.flags, kAgain);
  EXPECT_EQ(error_of(400, 1, {{"is_transient", true}}).failure.flags, kAgain);
}

TEST(SendErrors, TransportSaysWhetherItHappened) {
  const auto flags = [](std::uint32_t given) {
    const Answer answer = read_answer(sdk::Failure{OC_E_NET, "broke", given}, 0, "");
    return read_send_error(*answer.error, "").failure.flags;
  };
  EXPECT_EQ(flags(OC_EF_NOT_DONE), kAgain);
  EXPECT_EQ(flags(OC_EF_MAYBE_DONE | OC_EF_RETRY), OC_EF_MAYBE_DONE);
  EXPECT_EQ(flags(0), OC_EF_MAYBE_DONE);
}

TEST(SendErrors, ForeignTextIsShortenedBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "é";
  const std::string said = error_of(400, 100, {{"message", text}}).failure.message;
  EXPECT_LT(said.size(), 400U);
  EXPECT_NO_THROW(static_cast<void>(json(said).dump()));
}

TEST(SendErrors, ALaterStatusHasItsRemedyToo) {
  EXPECT_NE(remedy_of(131047).find("24 hours"), std::string::npos);
  EXPECT_NE(remedy_of(131048), "");
  EXPECT_EQ(remedy_of(7), "");
}

}  // namespace
}  // namespace openclaw::whatsapp
