// Counts failures per client in windows that start at the first failure.
#include "core/http/lockout.hpp"

#include <algorithm>

#include "core/http/client_address.hpp"

namespace openclaw::http {

Lockout::Key Lockout::key_of(const boost::asio::ip::address& client) {
  const Key key = canonical(client);
  if (key.is_v4()) return key;
  auto bytes = key.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return boost::asio::ip::address_v6(bytes);
}

unsigned Lockout::locked_for(const boost::asio::ip::address& client, TimePoint now) const {
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(key_of(client));
  if (found == records_.end() || found->second.locked_until <= now) return 0;
  const auto left = std::chrono::ceil<std::chrono::seconds>(found->second.locked_until - now);
  return static_cast<unsigned>(left.count());
}

void Lockout::failed(const boost::asio::ip::address& client, TimePoint now) {
  const Key key = key_of(client);
  const std::lock_guard lock(mutex_);
  auto found = records_.find(key);
  if (found == records_.end()) {
    if (records_.size() >= max_clients_) {
      records_.erase(recency_.back());
      recency_.pop_back();
    }
    recency_.push_front(key);
    found = records_.emplace(key, Record{0, now, {}, recency_.begin()}).first;
  } else {
    recency_.splice(recency_.begin(), recency_, found->second.recency);
  }
  Record& record = found->second;
  if (now - record.first >= window) {
    record.first = now;
    record.failures = 0;
  }
  if (++record.failures >= max_failures) {
    record.locked_until = now + penalty;
    record.failures = 0;
    record.first = now;
  }
}

}  // namespace openclaw::http
