#include "core/http/cors.hpp"

#include <gmock/gmock.h>

namespace openclaw::http {
namespace {

TEST(Cors, AnyOriginMayReadWhenAllAre) {
  const Cors cors(true, {"*"});
  EXPECT_EQ(cors.allow_origin("https://a"), "*");
  EXPECT_EQ(cors.allow_origin(""), "");
  EXPECT_FALSE(cors.varies());
}

TEST(Cors, AListedOriginIsNamedAndCachesAreTold) {
  const Cors cors(true, {"https://a", "https://b"});
  EXPECT_EQ(cors.allow_origin("https://b"), "https://b");
  EXPECT_EQ(cors.allow_origin("https://c"), "");
  EXPECT_TRUE(cors.varies());
}

TEST(Cors, OffMeansOff) {
  const Cors cors(false, {"*"});
  EXPECT_EQ(cors.allow_origin("https://a"), "");
  EXPECT_FALSE(cors.any());
}

TEST(Cors, ThePreflightNeverAllowsCredentials) {
  const Headers headers = Cors::preflight("GET, HEAD", "authorization, x-stainless-os");
  EXPECT_THAT(headers, ::testing::Contains(Header("Access-Control-Allow-Headers",
                                                  "authorization, x-stainless-os")));
  for (const auto& [name, value] : headers) EXPECT_NE(name, "Access-Control-Allow-Credentials");
}

TEST(Cors, ThePreflightEchoesNothingButNames) {
  for (const auto& [name, value] : Cors::preflight("GET", "a\"<b>")) {
    EXPECT_NE(name, "Access-Control-Allow-Headers");
  }
}

}  // namespace
}  // namespace openclaw::http
