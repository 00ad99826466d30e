#include "openclaw/cpp/channel/preview.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::sdk {

namespace {

constexpr std::size_t kKeptBytes = 64 * 1024;  // no platform shows more
// What is rendered each time: an answer may be written so that this takes long.
constexpr std::size_t kRenderedBytes = 16 * 1024;

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

}  // namespace

std::string_view end_of_text(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t begin = text.size() - bytes;
  if (const auto line = text.find('\n', begin - 1);
      line != std::string_view::npos && line + 1 < text.size()) {
    return text.substr(line + 1);
  }
  while (begin < text.size() && !begins_character(text[begin])) ++begin;
  return text.substr(begin);
}

Preview::Preview(Timing timing, std::size_t max_characters)
    : timing_(timing), max_characters_(std::max<std::size_t>(max_characters, 16)) {}

void Preview::add(std::string_view text, std::int64_t now_ms) {
  if (text.empty()) return;
  if (first_text_ < 0) first_text_ = now_ms;
  text_ += text;
  if (text_.size() > 2 * kKeptBytes) text_.erase(0, text_.size() - kKeptBytes);
}

void Preview::end(std::int64_t now_ms) {
  if (ended_ < 0) ended_ = now_ms;
}

std::string Preview::text() const {
  std::size_t characters = 0;
  std::size_t begin = text_.size();
  while (begin > 0 && characters < max_characters_ - 1) {
    --begin;
    if (begins_character(text_[begin])) ++characters;
  }
  if (begin == 0) return text_;
  while (!begins_character(text_[begin])) ++begin;  // the text may be broken
  return "…" + text_.substr(begin);
}

std::string_view Preview::markdown() const {
  return end_of_text(text_, kRenderedBytes);
}

Preview::Step Preview::next(std::int64_t now_ms) const {
  const auto at = [now_ms](Act act, std::int64_t due) {
    return now_ms >= due ? Step{act, -1} : Step{Act::none, due - now_ms};
  };
  if (under_way_ != Act::none) return {};
  const bool blank = text_.find_first_not_of(" \t\r\n") == std::string::npos;
  if (message_id_.empty()) {
    if (ended_ >= 0) return {Act::over, -1};
    return blank || gone_ ? Step{}
                          : at(Act::post, std::max(first_text_ + timing_.first_ms, not_before_));
  }
  const std::int64_t end = ended_ < 0 ? -1 : ended_ + timing_.grace_ms;
  if (gone_ || (end >= 0 && now_ms >= end)) {
    if (tries_ < kTries) return at(Act::remove, not_before_);
    return ended_ < 0 ? Step{} : Step{Act::over, -1};
  }
  if (end >= 0) return {Act::none, end - now_ms};
  return text_ == shown_ || blank ? Step{} : at(Act::edit, not_before_);
}

void Preview::begin(Act act) {
  under_way_ = act;
  if (act != Act::remove) shown_ = text_;
}

void Preview::posted(std::string message_id, std::int64_t now_ms) {
  message_id_ = std::move(message_id);
  under_way_ = Act::none;
  not_before_ = now_ms + timing_.between_ms;
}

void Preview::done(std::int64_t now_ms) {
  if (std::exchange(under_way_, Act::none) == Act::remove) {
    message_id_.clear();
    gone_ = true;
  }
  not_before_ = now_ms + timing_.between_ms;
}

void Preview::failed(bool refused, std::int64_t retry_ms, std::int64_t now_ms) {
  const Act act = std::exchange(under_way_, Act::none);
  if (act == Act::remove) {
    tries_ = refused ? kTries : tries_ + 1;
  } else {
    shown_.clear();
    if (refused) gone_ = true;
  }
  not_before_ = now_ms + std::max(retry_ms, timing_.between_ms);
}

}  // namespace openclaw::sdk
