#include "core/pipeline/media/fetch_retry.hpp"

#include <algorithm>

namespace openclaw::pipeline {

using runtime::Millis;

namespace {

/// A limit, a full channel or a broken connection. What took too long already is not tried again.
bool may_pass(const Error& error) {
  const bool passing =
      error.code == Errc::again || error.code == Errc::rate || error.code == Errc::network;
  return passing && (error.retryable || error.retry_after_ms > 0);
}

}  // namespace

std::optional<Millis> FetchRetry::after(const Error& error, Millis left) {
  if (retries_ == kMost || !may_pass(error)) return std::nullopt;
  const Millis pause = std::max(kFirst * (1U << retries_), Millis(error.retry_after_ms));
  if (pause >= left) return std::nullopt;
  ++retries_;
  return pause;
}

}  // namespace openclaw::pipeline
