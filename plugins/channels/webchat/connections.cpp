// Counting and timing of connections.
#include "connections.hpp"

#include <algorithm>
#include <cmath>

namespace openclaw::webchat {

std::uint64_t RateLimit::take(std::int64_t now) {
  const double passed = static_cast<double>(std::max<std::int64_t>(0, now - at_)) / 1000.0;
  tokens_ = std::min(burst_, tokens_ + passed * per_second_);
  at_ = now;
  if (tokens_ >= 1) {
    tokens_ -= 1;
    return 0;
  }
  return static_cast<std::uint64_t>(std::ceil((1 - tokens_) / per_second_ * 1000.0));
}

bool Connections::open(std::uint64_t ws, std::string_view ip, std::int64_t now) {
  const auto same_ip = std::count_if(connections_.begin(), connections_.end(),
                                     [ip](const auto& c) { return c.second.ip == ip; });
  if (connections_.size() >= limits_.total || static_cast<std::size_t>(same_ip) >= limits_.per_ip) {
    return false;
  }
  connections_.try_emplace(ws, std::string(ip), limits_, now);
  return true;
}

bool Connections::greet(std::uint64_t ws, std::string_view sender, std::string_view conversation) {
  Connection* connection = find(ws);
  const auto same = std::count_if(connections_.begin(), connections_.end(), [&](const auto& c) {
    return c.second.greeted && c.second.sender == sender;
  });
  if (connection == nullptr || static_cast<std::size_t>(same) >= limits_.per_sender) return false;
  connection->greeted = true;
  connection->sender = sender;
  connection->conversation = conversation;
  return true;
}

void Connections::close(std::uint64_t ws) {
  connections_.erase(ws);
}

Connection* Connections::find(std::uint64_t ws) {
  const auto it = connections_.find(ws);
  return it == connections_.end() ? nullptr : &it->second;
}

std::vector<std::uint64_t> Connections::overdue(std::int64_t now) const {
  std::vector<std::uint64_t> out;
  for (const auto& [ws, c] : connections_) {
    if (c.closing) continue;
    if ((!c.greeted && now >= c.opened + limits_.hello_ms) ||
        now >= c.last_seen + limits_.idle_ms) {
      out.push_back(ws);
    }
  }
  return out;
}

std::optional<std::int64_t> Connections::first_hello_deadline() const {
  std::optional<std::int64_t> first;
  for (const auto& [ws, c] : connections_) {
    if (c.greeted || c.closing) continue;
    if (!first || c.opened + limits_.hello_ms < *first) first = c.opened + limits_.hello_ms;
  }
  return first;
}

std::vector<std::uint64_t> Connections::all() const {
  std::vector<std::uint64_t> out;
  for (const auto& [ws, c] : connections_) out.push_back(ws);
  return out;
}

}  // namespace openclaw::webchat
