#include "explain.hpp"

#include <gmock/gmock.h>

namespace openclaw::redis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Kind = RedisError::Kind;

RedisError answered(const std::string& code) {
  return {Kind::server, code + " in the server's words", code};
}

TEST(Explain, WhatIsSaidBeforeACommandBeginsIsSurelyNotDone) {
  for (const char* code :
       {"LOADING", "BUSY", "READONLY", "OOM", "MISCONF", "NOAUTH", "WRONGPASS", "NOPERM",
        "CLUSTERDOWN", "MOVED", "ASK", "TRYAGAIN", "NOSCRIPT", "NOREPLICAS", "MASTERDOWN"}) {
    EXPECT_TRUE(surely_not_done(answered(code))) << code;
    const auto told = explain(answered(code), "write to");
    EXPECT_TRUE(OC_APPLY_NOT_DONE(told.code)) << code;
    EXPECT_THAT(told.what(), HasSubstr("cannot write to Redis: ")) << code;
    EXPECT_THAT(told.what(), HasSubstr("in the server's words")) << code;
  }
  EXPECT_TRUE(surely_not_done({Kind::unreachable, "no route"}));
  EXPECT_TRUE(surely_not_done({Kind::refused, "no"}));
}

TEST(Explain, AScriptThatFailedMayHaveBegun) {
  for (const char* code : {"ERR", "WRONGTYPE", "UNKILLABLE", "FORM", ""}) {
    EXPECT_FALSE(surely_not_done(answered(code))) << code;
  }
  EXPECT_FALSE(surely_not_done({Kind::lost, "cut"}));
  EXPECT_FALSE(surely_not_done({Kind::deadline, "late"}));
}

TEST(Explain, NamesTheRemedy) {
  EXPECT_THAT(explain(answered("OOM"), "write to").what(), HasSubstr("maxmemory"));
  EXPECT_THAT(explain(answered("NOPERM"), "open").what(), HasSubstr("ACL SETUSER"));
  EXPECT_THAT(explain(answered("READONLY"), "open").what(), HasSubstr("storage.url"));
  EXPECT_THAT(explain(answered("NOAUTH"), "open").what(), HasSubstr("passfile"));
  EXPECT_THAT(explain({Kind::unreachable, "x"}, "open").what(), HasSubstr("storage.url"));
  EXPECT_THAT(explain({Kind::refused, "x"}, "open").what(), HasSubstr("certificates"));
  EXPECT_EQ(explain({Kind::deadline, "x"}, "open").code, OC_E_DEADLINE);
}

TEST(Explain, WhoCannotOpenItIsNotToldThatItGoesOn) {
  for (const auto& error : {RedisError(Kind::unreachable, "x"), RedisError(Kind::lost, "x"),
                            answered("OOM"), answered("LOADING")}) {
    EXPECT_THAT(explain(error, "write to").what(), HasSubstr("it goes on by itself then"));
    EXPECT_THAT(explain(error, "open").what(), Not(HasSubstr("by itself")));
  }
}

TEST(Explain, OnlySomeErrorsPassByThemselves) {
  EXPECT_TRUE(passes_by(answered("LOADING")));
  EXPECT_FALSE(passes_by(answered("OOM")));
  EXPECT_TRUE(has_moved(answered("READONLY")));
  EXPECT_FALSE(has_moved(answered("LOADING")));
}

}  // namespace
}  // namespace openclaw::redis
