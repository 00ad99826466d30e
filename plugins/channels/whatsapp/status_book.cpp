#include "status_book.hpp"

namespace openclaw::whatsapp {

namespace {

/// 0: not a status we know. What was read or delivered cannot fail any more.
int stage_of(std::string_view status) {
  if (status == "sent") return 1;
  if (status == "failed") return 2;
  if (status == "delivered") return 3;
  if (status == "read" || status == "played") return 4;
  return 0;
}

}  // namespace

bool StatusBook::advance(const std::string& wamid, std::string_view status) {
  const int stage = stage_of(status);
  if (stage == 0) return false;
  const auto [it, inserted] = stages_.try_emplace(wamid, stage);
  if (!inserted) {
    if (it->second >= stage) return false;
    it->second = stage;
    return true;
  }
  order_.push_back(wamid);
  if (order_.size() > capacity_) {
    stages_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

}  // namespace openclaw::whatsapp
