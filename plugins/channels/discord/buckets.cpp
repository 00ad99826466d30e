// Puts the route's limit, the bot's limit and the ban guard together.
#include "buckets.hpp"

#include <algorithm>

namespace openclaw::discord {

namespace {
std::string lane_of(const Route& route) {
  return route.name + '\x1f' + route.resource;
}
}  // namespace

void RefusalCount::add(std::int64_t now_ms) {
  const std::int64_t number = now_ms / kSliceMs;
  Slice& slice = slices_[static_cast<std::size_t>(number) % kSlices];
  if (slice.number != number) slice = {number, 0};
  ++slice.count;
}

std::uint32_t RefusalCount::wait_ms(std::int64_t now_ms) const {
  const std::int64_t now = now_ms / kSliceMs;
  std::uint32_t sum = 0;
  std::int64_t oldest = now;
  for (const Slice& slice : slices_) {
    if (slice.count == 0 || slice.number + static_cast<std::int64_t>(kSlices) <= now) continue;
    sum += slice.count;
    oldest = std::min(oldest, slice.number);
  }
  if (sum < kStop) return 0;
  const std::int64_t ends = (oldest + static_cast<std::int64_t>(kSlices)) * kSliceMs;
  return static_cast<std::uint32_t>(std::max<std::int64_t>(1, ends - now_ms));
}

std::string Buckets::key_of(const Route& route) const {
  const auto named = names_.find(route.name);
  return (named == names_.end() ? route.name : named->second) + '\x1f' + route.resource;
}

Buckets::Bucket& Buckets::bucket_of(const Route& route, std::int64_t now_ms) {
  if (buckets_.size() > kRemembered) {
    std::erase_if(buckets_,
                  [now_ms](const auto& item) { return item.second.resets_at_ms <= now_ms; });
  }
  return buckets_[key_of(route)];
}

std::uint32_t Buckets::begin(const Route& route, std::int64_t now_ms) {
  if (const auto ms = refusals_.wait_ms(now_ms)) return ms;
  if (global_until_ms_ > now_ms) {
    // Each gets a moment of its own after the pause.
    const std::uint32_t place = spread_++ % 40 * 25;
    return static_cast<std::uint32_t>(global_until_ms_ - now_ms) + place;
  }
  if (const auto ms = bucket_wait_ms(route, now_ms)) return ms;
  const std::string lane = lane_of(route);
  const std::int64_t due = all_.due(lane, now_ms);
  if (due > now_ms) return static_cast<std::uint32_t>(due - now_ms);
  all_.take(lane, now_ms);
  ++under_way_[lane];
  return 0;
}

std::uint32_t Buckets::begin_aside(const Route& route, std::int64_t now_ms) {
  if (const auto ms = refusals_.wait_ms(now_ms)) return ms;
  if (global_until_ms_ > now_ms) return static_cast<std::uint32_t>(global_until_ms_ - now_ms);
  if (const auto ms = bucket_wait_ms(route, now_ms)) return ms;
  if (!all_.has_spare(now_ms)) return kAsideMs;
  all_.take({}, now_ms);
  ++under_way_[lane_of(route)];
  return 0;
}

std::uint32_t Buckets::bucket_wait_ms(const Route& route, std::int64_t now_ms) {
  const auto going = under_way_.find(lane_of(route));
  const std::uint32_t under_way = going == under_way_.end() ? 0 : going->second;
  const Bucket& bucket = bucket_of(route, now_ms);
  if (bucket.resets_at_ms > now_ms) {
    if (bucket.remaining > under_way) return 0;
    return static_cast<std::uint32_t>(bucket.resets_at_ms - now_ms);
  }
  // Its window is over or was never told: one goes and tells.
  return under_way == 0 ? 0 : kUnderWayMs;
}

void Buckets::release(const Route& route) {
  const auto going = under_way_.find(lane_of(route));
  if (going != under_way_.end() && --going->second == 0) under_way_.erase(going);
}

void Buckets::done(const Route& route, const Answer& answer, std::int64_t now_ms) {
  release(route);
  const RateHeaders& rate = answer.rate;
  if (!rate.bucket.empty()) names_[route.name] = rate.bucket;
  Bucket& bucket = bucket_of(route, now_ms);
  if (rate.remaining && rate.reset_ms) {
    bucket.remaining = *rate.remaining;
    bucket.resets_at_ms = now_ms + static_cast<std::int64_t>(*rate.reset_ms);
  } else if (bucket.remaining > 0) {
    --bucket.remaining;
  }
  if (!answer.error) return;
  const ApiError& error = *answer.error;
  if (error.status == 429) {
    const std::int64_t until = now_ms + static_cast<std::int64_t>(error.retry_after_ms);
    if (error.global) {
      global_until_ms_ = std::max(global_until_ms_, until);
    } else {
      bucket.remaining = 0;
      bucket.resets_at_ms = std::max(bucket.resets_at_ms, until);
    }
  }
  // A shared limit is not ours to keep, and not held against us.
  const bool counts =
      error.status == 401 || error.status == 403 || (error.status == 429 && !rate.shared);
  if (counts) refusals_.add(now_ms);
}

}  // namespace openclaw::discord
