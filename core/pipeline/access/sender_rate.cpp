#include "core/pipeline/access/sender_rate.hpp"

#include <chrono>
#include <utility>

namespace openclaw::pipeline {
namespace {

std::string key_of(std::string_view channel, std::string_view sender) {
  std::string key(channel);
  key += '\0';  // no channel's name holds it
  key += sender;
  return key;
}

}  // namespace

SenderRate::SenderRate(std::uint32_t per_minute) : per_minute_(per_minute) {}

bool SenderRate::allow(std::string_view channel, std::string_view sender, TimePoint now) {
  if (per_minute_ == 0) return true;
  std::string key = key_of(channel, sender);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, found->second);
  } else {
    if (by_use_.size() >= kMaxSenders) {
      by_key_.erase(by_use_.back().key);
      by_use_.pop_back();
    }
    by_use_.push_front(Bucket{std::move(key), now, false});
    by_key_.emplace(by_use_.front().key, by_use_.begin());
  }
  Bucket& bucket = by_use_.front();
  if (bucket.empty_until <= now) {
    bucket.empty_until = now;
    bucket.told = false;
  }
  const TimePoint::duration one = TimePoint::duration(std::chrono::minutes(1)) / per_minute_;
  if (bucket.empty_until + one - now > std::chrono::minutes(1)) return false;
  bucket.empty_until += one;
  return true;
}

bool SenderRate::should_tell(std::string_view channel, std::string_view sender) {
  const auto found = by_key_.find(key_of(channel, sender));
  if (found == by_key_.end()) return false;
  return !std::exchange(found->second->told, true);
}

}  // namespace openclaw::pipeline
