// Follows the line and field rules of the HTML standard's "Server-sent events", section 9.2.6.
#include "openclaw/cpp/sse.hpp"

#include <cstring>
#include <utility>

namespace openclaw::sdk {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Where the first CR or LF is, or npos.
std::size_t line_end(std::string_view text) {
  if (text.empty()) return std::string_view::npos;
  const auto* lf = static_cast<const char*>(std::memchr(text.data(), '\n', text.size()));
  const std::size_t limit =
      lf == nullptr ? text.size() : static_cast<std::size_t>(lf - text.data());
  const auto* cr = static_cast<const char*>(std::memchr(text.data(), '\r', limit));
  if (cr != nullptr) return static_cast<std::size_t>(cr - text.data());
  return lf == nullptr ? std::string_view::npos : limit;
}

}  // namespace

void SseDecoder::take_data(std::string_view value, bool in_chunk) {
  if (!has_data_) {
    has_data_ = true;
    in_view_ = in_chunk;
    if (in_chunk) {
      data_view_ = value;
    } else {
      data_.assign(value);
    }
  } else {
    settle();
    data_ += '\n';
    data_ += value;
  }
  too_big_ = too_big_ || (in_view_ ? data_view_.size() : data_.size()) > kMaxEvent;
}

void SseDecoder::settle() {
  if (!in_view_) return;
  data_.assign(data_view_);
  in_view_ = false;
}

bool SseDecoder::take_line(std::string_view line, bool in_chunk) {
  if (at_start_) {
    at_start_ = false;
    if (line.substr(0, kByteOrderMark.size()) == kByteOrderMark)
      line.remove_prefix(kByteOrderMark.size());
  }
  if (line.empty()) {
    if (has_data_) return true;
    name_.clear();
    return false;
  }
  const auto colon = line.find(':');
  const auto field = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  if (field == "data") {
    take_data(value, in_chunk);
  } else if (field == "event") {
    name_.assign(value);
  }
  return false;
}

std::optional<SseEvent> SseDecoder::next() {
  if (dispatched_) {
    dispatched_ = has_data_ = in_view_ = false;
    name_.clear();
    data_.clear();
  }
  while (!rest_.empty() && !too_big_) {
    if (skip_lf_) {
      skip_lf_ = false;
      if (rest_.front() == '\n') {
        rest_.remove_prefix(1);
        continue;
      }
    }
    const auto end = line_end(rest_);
    const auto piece = rest_.substr(0, end);
    if (line_.size() + piece.size() > kMaxEvent) {
      too_big_ = true;
      break;
    }
    if (end == std::string_view::npos) {
      line_ += piece;
      rest_ = {};
      break;
    }
    skip_lf_ = rest_[end] == '\r';
    rest_.remove_prefix(end + 1);
    bool complete = false;
    if (line_.empty()) {
      complete = take_line(piece, true);
    } else {
      line_ += piece;
      complete = take_line(line_, false);
      line_.clear();
    }
    if (complete && !too_big_) {
      dispatched_ = true;
      return SseEvent{name_, in_view_ ? data_view_ : std::string_view(data_)};
    }
  }
  settle();
  return std::nullopt;
}

std::optional<SseEvent> SseDecoder::last() {
  if (too_big_ || dispatched_) return std::nullopt;
  if (!line_.empty()) take_line(std::exchange(line_, {}), false);
  if (too_big_ || !has_data_) return std::nullopt;
  settle();
  dispatched_ = true;
  return SseEvent{name_, data_};
}

}  // namespace openclaw::sdk
