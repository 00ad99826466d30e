#include "core/http/auth.hpp"

#include <gtest/gtest.h>

namespace openclaw::http {
namespace {

TEST(Authenticator, TakesTheKeyInEitherHeader) {
  const Authenticator auth("key", "token");
  EXPECT_EQ(auth.check("Bearer key", ""), Authenticator::Verdict::valid);
  EXPECT_EQ(auth.check("bearer  key", ""), Authenticator::Verdict::valid);
  EXPECT_EQ(auth.check("Bearer token", ""), Authenticator::Verdict::valid);
  EXPECT_EQ(auth.check("", "key"), Authenticator::Verdict::valid);
  EXPECT_EQ(auth.check("Bearer wrong", "key"), Authenticator::Verdict::valid);
}

TEST(Authenticator, RefusesEverythingElse) {
  const Authenticator auth("key", "token");
  for (const char* value : {"Bearer ke", "Bearer keyy", "Bearer Key", "Bearer key ,", "Bearer k"}) {
    EXPECT_EQ(auth.check(value, ""), Authenticator::Verdict::wrong) << value;
  }
  EXPECT_EQ(auth.check("", "token"), Authenticator::Verdict::wrong);
  EXPECT_EQ(auth.check("", "ke"), Authenticator::Verdict::wrong);
}

TEST(Authenticator, AMissingKeyIsNoGuess) {
  const Authenticator auth("key", "token");
  for (const char* value : {"", "Bearer", "Bearer ", "Bearer   ", "Basic a2V5", "key"}) {
    EXPECT_EQ(auth.check(value, ""), Authenticator::Verdict::missing) << value;
  }
}

TEST(Authenticator, AnEmptyKeyNeverMatches) {
  const Authenticator auth("", "");
  EXPECT_EQ(auth.check("Bearer ", ""), Authenticator::Verdict::missing);
  EXPECT_EQ(auth.check("Bearer x", "x"), Authenticator::Verdict::wrong);
}

}  // namespace
}  // namespace openclaw::http
