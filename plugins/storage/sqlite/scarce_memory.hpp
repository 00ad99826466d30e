// Memory that cannot be had, on command, for tests.
#pragma once

namespace openclaw::sqlite {

/// While it lives, an allocation of kLarge bytes or more throws std::bad_alloc on this thread; what
/// a test needs itself is smaller.
class ScarceMemory {
 public:
  static constexpr unsigned kLarge = 1U << 20U;
  ScarceMemory();
  ~ScarceMemory();
  ScarceMemory(const ScarceMemory&) = delete;
  ScarceMemory& operator=(const ScarceMemory&) = delete;
};

}  // namespace openclaw::sqlite
