#include "core/http/auth.hpp"

#include <gtest/gtest.h>

namespace openclaw::http {
namespace {

using Verdict = Authenticator::Verdict;

TEST(Authenticator, TakesTheKeyInEitherHeader) {
  const Authenticator auth("key", "token");
  EXPECT_EQ(auth.check("Bearer key", ""), Verdict::valid);
  EXPECT_EQ(auth.check("bearer  key", ""), Verdict::valid);
  EXPECT_EQ(auth.check("Bearer token", ""), Verdict::valid);
  EXPECT_EQ(auth.check("", "key"), Verdict::valid);
  EXPECT_EQ(auth.check("Bearer wrong", "key"), Verdict::valid);
}

TEST(Authenticator, RefusesEverythingElse) {
  const Authenticator auth("key", "token");
  for (const char* value : {"Bearer ke", "Bearer keyy", "Bearer Key", "Bearer key ,", "Bearer k"}) {
    EXPECT_EQ(auth.check(value, ""), Verdict::wrong) << value;
  }
  EXPECT_EQ(auth.check("", "token"), Verdict::wrong);
  EXPECT_EQ(auth.check("", "ke"), Verdict::wrong);
}

TEST(Authenticator, AMissingKeyIsNoGuess) {
  const Authenticator auth("key", "token");
  for (const char* value : {"", "Bearer", "Bearer ", "Bearer   ", "Basic a2V5", "key"}) {
    EXPECT_EQ(auth.check(value, ""), Verdict::missing) << value;
  }
}

TEST(Authenticator, AnEmptyKeyNeverMatches) {
  const Authenticator auth("", "");
  EXPECT_EQ(auth.check("Bearer ", ""), Verdict::missing);
  EXPECT_EQ(auth.check("Bearer x", "x"), Verdict::wrong);
}

}  // namespace
}  // namespace openclaw::http
