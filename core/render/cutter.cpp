#include "core/render/cutter.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace openclaw::render {
namespace {

class Cutter {
 public:
  Cutter(const Rendered& rendered, std::size_t limit, std::size_t max_bytes)
      : r_(rendered), limit_(limit), max_bytes_(max_bytes == 0 ? SIZE_MAX : max_bytes) {}

  std::vector<Message> run() {
    while (skip_blank()) emit(find_end());
    return std::move(messages_);
  }

 private:
  [[nodiscard]] std::size_t same_spans(std::uint32_t a, std::uint32_t b) const {
    const auto& first = r_.states[a].spans;
    const auto& second = r_.states[b].spans;
    std::size_t same = 0;
    while (same < first.size() && same < second.size() && first[same] == second[same]) ++same;
    return same;
  }
  [[nodiscard]] Cost change(std::uint32_t from, std::uint32_t to) const {
    Cost cost;
    if (from == to) return cost;
    const std::size_t same = same_spans(from, to);
    const auto& closed = r_.states[from].spans;
    const auto& opened = r_.states[to].spans;
    for (std::size_t i = same; i < closed.size(); ++i) cost += r_.spans[closed[i]].close;
    for (std::size_t i = same; i < opened.size(); ++i) cost += r_.spans[opened[i]].open;
    return cost;
  }
  [[nodiscard]] bool fits(const Cost& cost) const {
    return cost.size <= limit_ && cost.plain_size <= limit_ && cost.bytes <= max_bytes_;
  }
  /// Moves start_ past the white space that a cut left, but not past a line's indentation. False
  /// at the end of the text.
  bool skip_blank() {
    std::size_t i = start_;
    while (i < r_.atoms.size() && r_.atoms[i].blank) {
      if (r_.atoms[i++].newline) start_ = i;
    }
    if (start_ > 0 && !r_.atoms[start_ - 1].newline) start_ = i;
    return i < r_.atoms.size();
  }

  /// The atom before which the message that begins at start_ ends.
  std::size_t find_end() const {
    std::array<std::size_t, static_cast<std::size_t>(Cut::paragraph) + 1> best{};
    std::size_t last_resort = start_ + 1;
    Cost cost;
    std::uint32_t state = 0;
    for (std::size_t i = start_; i < r_.atoms.size(); ++i) {
      const Atom& atom = r_.atoms[i];
      cost += change(state, atom.state);
      cost += {atom.size, atom.plain_size, r_.marked_end(i) - atom.marked};
      state = atom.state;
      // Whatever is open has to be closed sooner or later, so no later place fits either.
      if (!fits(cost + r_.states[state].close)) break;
      if (i + 1 == r_.atoms.size()) return i + 1;
      last_resort = i + 1;
      // A better place counts only when it does not leave a crumb; this also keeps time linear.
      const bool filled =
          std::max(cost.size, cost.plain_size) >= limit_ / 3 || cost.bytes >= max_bytes_ / 3;
      if (filled || atom.cut == Cut::hard) best[static_cast<std::size_t>(atom.cut)] = i + 1;
    }
    for (std::size_t kind = best.size(); --kind > 0;) {
      if (best[kind] != 0) return best[kind];
    }
    return last_resort;
  }

  void change(Message& message, std::uint32_t from, std::uint32_t to) const {
    if (from == to) return;
    const std::size_t same = same_spans(from, to);
    const auto& closed = r_.states[from].spans;
    const auto& opened = r_.states[to].spans;
    for (std::size_t i = closed.size(); i-- > same;)
      message.text += r_.spans[closed[i]].marked.after;
    for (std::size_t i = same; i < opened.size(); ++i) {
      message.text += r_.spans[opened[i]].marked.before;
      message.plain += r_.spans[opened[i]].plain_before;
    }
  }

  void emit(std::size_t end) {
    const std::size_t begin = std::exchange(start_, end);
    while (end > begin && r_.atoms[end - 1].blank) --end;
    Message message;
    std::uint32_t state = 0;
    for (std::size_t i = begin, next = begin; i < end; i = next) {
      const Atom& atom = r_.atoms[i];
      change(message, state, atom.state);
      state = atom.state;
      while (++next < end && r_.atoms[next].state == state) {
      }
      message.text.append(r_.marked, atom.marked, r_.marked_end(next - 1) - atom.marked);
      message.plain.append(r_.plain, atom.plain, r_.plain_end(next - 1) - atom.plain);
    }
    change(message, state, 0);
    if (message.plain == message.text) message.plain.clear();
    if (!message.text.empty()) messages_.push_back(std::move(message));
  }

  const Rendered& r_;
  std::size_t limit_, max_bytes_;
  std::vector<Message> messages_;
  std::size_t start_ = 0;
};

}  // namespace

std::vector<Message> cut(const Rendered& rendered, std::size_t limit, std::size_t max_bytes) {
  return Cutter(rendered, limit, max_bytes).run();
}

}  // namespace openclaw::render
