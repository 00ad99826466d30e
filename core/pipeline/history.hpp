// A part of a conversation, as it is read.
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <vector>

namespace openclaw::pipeline {

enum class Role : std::uint8_t { user = 1, assistant = 2, system = 3 };

/// The texts are the History's.
struct HistoryEntry {
  std::uint64_t id = 0;
  Role role = Role::user;
  std::int64_t ts_ms = 0;
  std::string_view text, meta_json;
};

/// Oldest first. All texts lie in a few blocks: a turn reads dozens of entries on one thread and
/// drops them on another, and threads that ask the allocator for each text wait for each other
/// there.
class History {
 public:
  /// Copies the texts.
  void add(const HistoryEntry& entry) {
    if (texts_ == nullptr) {
      texts_ = std::make_unique<std::pmr::monotonic_buffer_resource>(kFirstBlock);
      entries_.reserve(kUsualEntries);
    }
    entries_.push_back(
        {entry.id, entry.role, entry.ts_ms, kept(entry.text), kept(entry.meta_json)});
  }
  void clear() {
    entries_.clear();
    texts_.reset();
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] const HistoryEntry& operator[](std::size_t i) const { return entries_[i]; }
  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }

 private:
  static constexpr std::size_t kFirstBlock = 8192, kUsualEntries = 64;

  std::string_view kept(std::string_view text) {
    if (text.empty()) return {};
    auto* const at = static_cast<char*>(texts_->allocate(text.size(), 1));
    text.copy(at, text.size());
    return {at, text.size()};
  }

  std::unique_ptr<std::pmr::monotonic_buffer_resource> texts_;
  std::vector<HistoryEntry> entries_;
};

}  // namespace openclaw::pipeline
