// Replaces the program's allocation functions by ones that can refuse.
#include "scarce_memory.hpp"

#include <cstdlib>
#include <new>

namespace {
thread_local bool scarce = false;
}  // namespace

namespace openclaw::sqlite {

ScarceMemory::ScarceMemory() {
  scarce = true;
}

ScarceMemory::~ScarceMemory() {
  scarce = false;
}

}  // namespace openclaw::sqlite

void* operator new(std::size_t n) {
  void* const p = scarce && n >= openclaw::sqlite::ScarceMemory::kLarge ? nullptr : std::malloc(n);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

void operator delete(void* p) noexcept {
  std::free(p);
}

void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
