// Follows the brackets, and the keys of those levels that a chunk's meaning hangs on.
#include "chunk_scan.hpp"

#include <array>
#include <cstring>

namespace openclaw::openai {

namespace {

constexpr std::size_t kMaxDepth = 64;

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  ChunkScan run() {
    skip_space();
    if (at_ == end_ || *at_ != '{') return found_;
    while (at_ != end_) {
      if (!step()) return found_;
      if (depth_ == 0) break;
    }
    skip_space();
    found_.object = depth_ == 0 && at_ == end_;
    return found_;
  }

 private:
  // Where a chunk's parts are: {"choices":[{"delta":{...}}]} is levels 1, 2, 3 and 4.
  enum class Place : char { other, root, choices, choice, delta };

  void skip_space() {
    while (at_ != end_ && is_space(*at_)) ++at_;
  }

  bool open(char closer) {
    if (depth_ == kMaxDepth) return false;
    Place inside = Place::other;
    if (depth_ == 0) {
      inside = Place::root;
    } else if (place() == Place::root && key_ == "choices" && closer == ']') {
      inside = Place::choices;
    } else if (place() == Place::choices && closer == '}') {
      inside = Place::choice;
    } else if (place() == Place::choice && key_ == "delta" && closer == '}') {
      inside = Place::delta;
    }
    closers_[depth_] = closer;
    places_[depth_++] = inside;
    key_ = {};
    ++at_;
    return true;
  }

  bool close() {
    if (closers_[depth_ - 1] != *at_) return false;
    --depth_;
    ++at_;
    key_ = {};
    return true;
  }

  /// Past the closing quote; the string's raw inside is left in text_.
  bool string() {
    const char* begin = ++at_;
    while (true) {
      const auto* quote =
          static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
      if (quote == nullptr) return false;
      std::size_t backslashes = 0;
      while (quote - backslashes > begin &&
             quote[-1 - static_cast<std::ptrdiff_t>(backslashes)] == '\\')
        ++backslashes;
      at_ = quote + 1;
      if (backslashes % 2 == 0) {
        text_ = {begin, static_cast<std::size_t>(quote - begin)};
        return true;
      }
    }
  }

  void value(bool filled, bool null) {
    if (place() == Place::root) {
      if (key_ == "error") found_.error = found_.error || !null;
      if (key_ == "choices") found_.choices = true;
    } else if (place() == Place::choice) {
      if (key_ == "finish_reason") found_.finished = found_.finished || !null;
    } else if (place() == Place::delta) {
      if (key_ != "role") found_.delta = found_.delta || filled;
    }
  }

  bool step() {
    skip_space();
    if (at_ == end_) return false;
    switch (*at_) {
      case '{':
      case '[': {
        const char closer = *at_ == '{' ? '}' : ']';
        if (depth_ > 0) {
          const char* next = at_ + 1;
          while (next != end_ && is_space(*next)) ++next;
          value(next != end_ && *next != closer, false);
        }
        return open(closer);
      }
      case '}':
      case ']':
        return close();
      case ',':
        key_ = {};
        ++at_;
        return true;
      case '"': {
        if (!string()) return false;
        skip_space();
        if (closers_[depth_ - 1] == '}' && at_ != end_ && *at_ == ':') {
          key_ = text_;
          ++at_;
        } else {
          value(!text_.empty(), false);
        }
        return true;
      }
      default: {
        // A number, true, false or null: up to the next structural character.
        const char* begin = at_;
        while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']' && *at_ != '"' &&
               *at_ != '{' && *at_ != '[' && !is_space(*at_))
          ++at_;
        value(false, std::string_view(begin, static_cast<std::size_t>(at_ - begin)) == "null");
        return true;
      }
    }
  }

  [[nodiscard]] Place place() const { return places_[depth_ - 1]; }

  const char* at_;
  const char* end_;
  std::array<char, kMaxDepth> closers_{};
  std::array<Place, kMaxDepth> places_{};
  std::size_t depth_ = 0;
  std::string_view key_, text_;
  ChunkScan found_;
};

}  // namespace

ChunkScan scan_chunk(std::string_view text) {
  return text.empty() ? ChunkScan{} : Scanner(text).run();
}

}  // namespace openclaw::openai
