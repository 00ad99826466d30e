// Throttling of drafts.
#include "draft.hpp"

#include <algorithm>

#include "openclaw/cpp/channel/preview.hpp"
#include "utf16.hpp"

namespace openclaw::telegram {

namespace {
constexpr std::size_t kMaxUnits = 4096;
constexpr std::string_view kCutMark = "…";  // one unit
}  // namespace

std::string end_of_draft(std::string_view text) {
  if (utf16_length(text) <= kMaxUnits) return std::string(text);
  return std::string(kCutMark) + std::string(utf16_tail(text, kMaxUnits - 1));
}

std::int64_t draft_id_of(std::string_view turn_id) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : turn_id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return static_cast<std::int64_t>((hash & 0x3FFFFFFFU) + 1);
}

void Draft::add(std::string_view text) {
  text_ += text;
  if (text_.size() > 2 * kMaxBytes) text_ = std::string(sdk::end_of_text(text_, kMaxBytes));
  changed_ = changed_ || !text.empty();
}

void Draft::reset() {
  text_.clear();
  changed_ = false;
}

std::optional<std::string> Draft::next(std::int64_t now_ms) {
  if (!changed_ || in_flight_ || now_ms < not_before_ms_) return std::nullopt;
  changed_ = false;
  if (text_.find_first_not_of(" \t\r\n") == std::string::npos) return std::nullopt;
  in_flight_ = true;
  begun_ms_ = now_ms;
  not_before_ms_ = now_ms + kIntervalMs;
  return std::string(sdk::end_of_text(text_, kMaxBytes));
}

void Draft::answered(std::int64_t now_ms, std::uint64_t hold_ms) {
  in_flight_ = false;
  not_before_ms_ = std::max(not_before_ms_, now_ms + static_cast<std::int64_t>(hold_ms));
}

std::uint32_t Draft::quiet_in_ms(std::int64_t now_ms) const {
  if (!in_flight_) return 0;
  return static_cast<std::uint32_t>(std::clamp(now_ms - begun_ms_, kSoonMs, kSeldomMs));
}

std::optional<std::uint64_t> Draft::wake_in_ms(std::int64_t now_ms) const {
  if (!changed_ || in_flight_) return std::nullopt;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, not_before_ms_ - now_ms));
}

}  // namespace openclaw::telegram
