#include "core/pipeline/media/fetch_retry.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

using runtime::Millis;
constexpr Millis kAll{60'000};

Error fetch_failed(Errc code, bool retryable = true, std::uint32_t retry_after_ms = 0) {
  return {code, "why", retry_after_ms, retryable};
}

TEST(FetchRetry, WhatMayPassIsTriedTwiceMoreWithGrowingPauses) {
  FetchRetry retry;
  EXPECT_EQ(retry.after(fetch_failed(Errc::network), kAll), Millis(500));
  EXPECT_EQ(retry.after(fetch_failed(Errc::network), kAll), Millis(1000));
  EXPECT_EQ(retry.after(fetch_failed(Errc::network), kAll), std::nullopt);
}

TEST(FetchRetry, TheChannelsMomentIsKept) {
  EXPECT_EQ(FetchRetry().after(fetch_failed(Errc::rate, false, 5'000), kAll), Millis(5'000));
  EXPECT_EQ(FetchRetry().after(fetch_failed(Errc::again, true, 1), kAll), Millis(500));
}

TEST(FetchRetry, NothingIsTriedThatComesTooLateForTheTurn) {
  EXPECT_EQ(FetchRetry().after(fetch_failed(Errc::rate, true, 5'000), Millis(5'000)), std::nullopt);
  EXPECT_EQ(FetchRetry().after(fetch_failed(Errc::rate, true, 5'000), Millis(5'001)),
            Millis(5'000));
  EXPECT_EQ(FetchRetry().after(fetch_failed(Errc::network), Millis(-1)), std::nullopt);
}

TEST(FetchRetry, WhatCannotPassIsGivenUpAtOnce) {
  for (const Errc code : {Errc::not_found, Errc::too_large, Errc::permanent, Errc::auth,
                          Errc::deadline, Errc::cancelled, Errc::plugin}) {
    EXPECT_EQ(FetchRetry().after(fetch_failed(code, true, 1), kAll), std::nullopt);
  }
  EXPECT_EQ(FetchRetry().after(fetch_failed(Errc::network, false), kAll), std::nullopt)
      << "the channel does not say that it may pass";
}

}  // namespace
}  // namespace openclaw::pipeline
