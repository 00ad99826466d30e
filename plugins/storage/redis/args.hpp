// A command's words.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::redis {

class Args {
 public:
  Args() = default;
  Args(std::initializer_list<std::string_view> words) {
    for (const auto word : words) text(word);
  }
  /// Borrowed: it outlives the command.
  Args& lent(std::string_view word) {
    words_.push_back(word);
    return *this;
  }
  Args& text(std::string_view word) { return lent(kept_.emplace_back(word)); }
  Args& number(std::int64_t value) { return lent(kept_.emplace_back(std::to_string(value))); }
  Args& number(std::uint64_t value) { return lent(kept_.emplace_back(std::to_string(value))); }
  Args& number(std::uint32_t value) { return number(std::uint64_t{value}); }
  Args& add(const Args& others) {
    words_.insert(words_.end(), others.words_.begin(), others.words_.end());
    return *this;
  }
  [[nodiscard]] const std::vector<std::string_view>& words() const { return words_; }

  Args(const Args&) = delete;  // the words lie in it
  Args& operator=(const Args&) = delete;

 private:
  std::vector<std::string_view> words_;
  std::deque<std::string> kept_;
};

}  // namespace openclaw::redis
