// Ids with a generation for operations under way, so that a late or repeated id names nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "openclaw/abi.h"

namespace openclaw::host {

/// Not thread-safe: one instance's operations live on its loop. An id is index + 1 in the low 32
/// bits and the slot's generation in the high 32, never 0.
template <class T>
class Operations {
 public:
  explicit Operations(std::size_t limit) : limit_(limit) {}

  /// 0 when `limit` are open: then `value` still belongs to the caller.
  oc_op open(T&& value) {
    if (size_ >= limit_) return 0;
    std::uint32_t index = 0;
    if (free_.empty()) {
      index = static_cast<std::uint32_t>(slots_.size());
      slots_.emplace_back();
    } else {
      index = free_.back();
      free_.pop_back();
    }
    Slot& slot = slots_[index];
    slot.value.emplace(std::move(value));
    ++size_;
    return (static_cast<oc_op>(slot.generation) << 32U) | (index + 1U);
  }

  T* find(oc_op op) {
    Slot* slot = slot_of(op);
    return slot == nullptr ? nullptr : &*slot->value;
  }

  std::optional<T> close(oc_op op) {
    Slot* slot = slot_of(op);
    if (slot == nullptr) return std::nullopt;
    std::optional<T> value = std::move(slot->value);
    slot->value.reset();
    ++slot->generation;
    free_.push_back(static_cast<std::uint32_t>(op & 0xFFFFFFFFU) - 1U);
    --size_;
    return value;
  }

  [[nodiscard]] std::vector<oc_op> ids() const {
    std::vector<oc_op> out;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].value)
        out.push_back((static_cast<oc_op>(slots_[i].generation) << 32U) | (i + 1U));
    }
    return out;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint32_t generation = 1;
    std::optional<T> value;
  };
  Slot* slot_of(oc_op op) {
    const std::uint64_t index = op & 0xFFFFFFFFU;
    if (index == 0 || index > slots_.size()) return nullptr;
    Slot& slot = slots_[index - 1];
    return slot.value && slot.generation == (op >> 32U) ? &slot : nullptr;
  }

  std::size_t limit_;
  std::size_t size_ = 0;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace openclaw::host
