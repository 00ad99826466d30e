// How far each message of ours has come.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace openclaw::whatsapp {

/// Statuses arrive out of order and more than once; none moves a message backwards. It remembers
/// the newest `capacity` messages.
class StatusBook {
 public:
  explicit StatusBook(std::size_t capacity = 4096) : capacity_(capacity) {}

  /// True when this is news: it came further than anything that was told before, or failed.
  bool advance(const std::string& wamid, std::string_view status);
  [[nodiscard]] std::size_t size() const { return stages_.size(); }

 private:
  std::size_t capacity_;
  std::list<std::string> order_;  ///< oldest first
  std::unordered_map<std::string, int> stages_;
};

}  // namespace openclaw::whatsapp
