#include "core/render/chunk.hpp"

#include <algorithm>
#include <array>

#include "core/render/fences.hpp"
#include "core/render/graphemes.hpp"

namespace openclaw::render {
namespace {

constexpr std::size_t kSmallestLimit = 32;

/// Worst first. A break in code is uglier than one between lines, better than one in a line.
enum Break : std::uint8_t { hard, space, sentence, code_line, line, paragraph, kBreaks };

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class Chunker {
 public:
  Chunker(std::string_view text, std::size_t limit, Unit unit)
      : text_(text),
        limit_(limit),
        unit_(unit),
        graphemes_(graphemes(text, unit, limit / 4)),
        fences_(find_fences(text)),
        marker_ahead_(graphemes_.size() + 1, false) {
    for (std::size_t i = graphemes_.size(); i-- > 0;) {
      const std::string_view ahead = text_.substr(offset(i), 3);
      marker_ahead_[i] = ahead == "```" || ahead == "~~~" ||
                         (is_blank(ahead[0]) && !is_newline(i) && marker_ahead_[i + 1]);
    }
  }

  std::vector<std::string> run() {
    while (skip_blank()) emit(find_end());
    return std::move(chunks_);
  }

 private:
  [[nodiscard]] std::size_t offset(std::size_t i) const {
    return i < graphemes_.size() ? graphemes_[i].begin : text_.size();
  }
  [[nodiscard]] char first_byte(std::size_t i) const { return text_[graphemes_[i].begin]; }
  [[nodiscard]] bool is_newline(std::size_t i) const {
    return text_[offset(i + 1) - 1] == '\n';  // "\r\n" is one grapheme
  }

  /// The fence that a cut at byte `at` would have to close. `from` moves to the first fence that
  /// does not end before `at`.
  const Fence* fence_at(std::size_t at, std::size_t& from) const {
    while (from < fences_.size() && at > fences_[from].close) {
      if (at < fences_[from].end) return nullptr;
      ++from;
    }
    const bool inside = from < fences_.size() && at >= fences_[from].info;
    return inside ? &fences_[from] : nullptr;
  }

  /// A cut here would leave half a marker.
  [[nodiscard]] bool in_marker(std::size_t at, std::size_t fence) const {
    if (fence >= fences_.size()) return false;
    const Fence& f = fences_[fence];
    return (at > f.open && at < f.info) || (at > f.close && at < f.end);
  }

  [[nodiscard]] bool begins_line(std::size_t i) const { return i == 0 || is_newline(i - 1); }

  /// A cut here makes a fence of what is none, or none of what is one: it puts a marker at the
  /// beginning of a line, or takes away what follows one.
  [[nodiscard]] bool changes_fences(std::size_t i, bool on_marker_line) const {
    return !begins_line(i) && (on_marker_line || marker_ahead_[i]);
  }

  [[nodiscard]] std::string reopening(const Fence& fence) const {
    const std::string full = fence.marker + fence.language + "\n";
    return length(full, unit_) <= std::max<std::size_t>(limit_ / 4, kMaxMarker + 1)
               ? full
               : fence.marker + "\n";
  }

  [[nodiscard]] std::string closing(const Fence& fence, std::size_t at) const {
    return (at > 0 && text_[at - 1] == '\n' ? "" : "\n") + fence.marker;
  }

  [[nodiscard]] Break kind_of(std::size_t i, const Fence* fence) const {
    if (fence != nullptr) {
      if (offset(i) <= fence->content) return hard;  // a fence without its first line is no use
      if (is_newline(i - 1)) return code_line;
      return is_blank(first_byte(i - 1)) ? space : hard;
    }
    if (is_newline(i - 1)) return i >= 2 && is_newline(i - 2) ? paragraph : line;
    const std::string_view previous =
        text_.substr(graphemes_[i - 1].begin, offset(i) - graphemes_[i - 1].begin);
    if (previous == "。" || previous == "！" || previous == "？") return sentence;
    if (!is_blank(previous[0])) return hard;
    const char before = i >= 2 ? first_byte(i - 2) : ' ';
    return before == '.' || before == '!' || before == '?' ? sentence : space;
  }

  /// Moves start_ past the white space that a cut left, but not past a line's indentation. False
  /// at the end of the text.
  bool skip_blank() {
    std::size_t from = fence_;
    if (fence_at(offset(start_), from) != nullptr && offset(start_) < text_.size()) return true;
    std::size_t i = start_;
    while (i < graphemes_.size() && is_blank(first_byte(i))) {
      ++i;
      if (is_newline(i - 1)) start_ = i;
    }
    if (start_ > 0 && !is_newline(start_ - 1)) start_ = i;
    return i < graphemes_.size();
  }

  /// Where the chunk that begins at start_ ends.
  std::size_t find_end() {
    fence_at(offset(start_), fence_);
    std::size_t from = fence_;
    const Fence* opened = fence_at(offset(start_), from);
    const std::size_t prefix = opened == nullptr ? 0 : length(reopening(*opened), unit_);
    std::size_t size = prefix;
    std::array<std::size_t, kBreaks> best{};
    std::size_t last_resort = start_ + 1;
    bool on_marker_line = false;
    std::size_t i = start_;
    while (i < graphemes_.size()) {
      if (begins_line(i)) on_marker_line = marker_ahead_[i];
      size += graphemes_[i++].size;
      if (size > limit_) break;
      const std::size_t at = offset(i);
      const Fence* fence = fence_at(at, from);
      if (in_marker(at, from)) continue;
      if (size + (fence == nullptr ? 0 : length(closing(*fence, at), unit_)) > limit_) continue;
      if (i == graphemes_.size()) return i;
      last_resort = i;
      if (changes_fences(i, on_marker_line)) continue;
      best[hard] = i;
      // A better place counts only when it does not leave a crumb; this also keeps time linear.
      if (size - prefix >= limit_ / 4) best[kind_of(i, fence)] = i;
    }
    for (std::size_t kind = kBreaks; kind-- > 0;) {
      if (best[kind] != 0) return best[kind];
    }
    return last_resort;
  }

  void emit(std::size_t end) {
    const std::size_t begin = offset(start_), at = offset(end);
    std::size_t from = fence_;
    std::string chunk;
    if (const Fence* opened = fence_at(begin, from)) chunk = reopening(*opened);
    chunk += text_.substr(begin, at - begin);
    start_ = end;
    if (const Fence* fence = fence_at(at, from)) {
      chunk += closing(*fence, at);
      // The block was over anyway: its own closing line is not needed any more.
      if (at == fence->close)
        while (start_ < graphemes_.size() && offset(start_) < fence->end) ++start_;
    } else {
      while (!chunk.empty() && is_blank(chunk.back())) chunk.pop_back();
    }
    if (!chunk.empty()) chunks_.push_back(std::move(chunk));
  }

  std::string_view text_;
  std::size_t limit_;
  Unit unit_;
  std::vector<Grapheme> graphemes_;
  std::vector<Fence> fences_;
  std::vector<bool> marker_ahead_;  ///< per grapheme: the next that is not blank begins a marker
  std::vector<std::string> chunks_;
  std::size_t start_ = 0;  ///< grapheme at which the next chunk begins
  std::size_t fence_ = 0;  ///< first fence that does not lie before it
};

}  // namespace

std::vector<std::string> chunk(std::string_view text, std::size_t limit, Unit unit) {
  const std::string valid = valid_utf8(text);
  return Chunker(valid, std::max(limit, kSmallestLimit), unit).run();
}

}  // namespace openclaw::render
