// How many bytes one conversation holds, summed up over all of them.
#pragma once

#include <cstddef>

namespace openclaw::webchat {

class Weight {
 public:
  /// `total`, when there is one, outlives this object.
  explicit Weight(std::size_t* total) : total_(total) {}
  ~Weight() { set(0); }
  Weight(const Weight&) = delete;
  Weight& operator=(const Weight&) = delete;

  void set(std::size_t bytes) {
    if (total_ != nullptr) *total_ = *total_ - bytes_ + bytes;
    bytes_ = bytes;
  }
  [[nodiscard]] std::size_t get() const { return bytes_; }

 private:
  std::size_t* total_;
  std::size_t bytes_ = 0;
};

}  // namespace openclaw::webchat
