#include "core/pipeline/ledger.hpp"

#include <stdexcept>

namespace openclaw::pipeline {

// A sequence lock whose data are atomics too: readers never block writers, and a reader repeats
// when a transition came in between. Writers are short enough to wait for each other by spinning.
class Ledger::Writing {
 public:
  explicit Writing(std::atomic<std::uint64_t>& version) : version_(version) {
    std::uint64_t even = version_.load() & ~std::uint64_t{1};
    while (!version_.compare_exchange_weak(even, even + 1)) even &= ~std::uint64_t{1};
  }
  ~Writing() { version_.fetch_add(1); }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

 private:
  std::atomic<std::uint64_t>& version_;
};

void Ledger::accept(std::uint64_t n) {
  const Writing writing(version_);
  accepted_ += n;
  queued_ += n;
}

void Ledger::move(Counter& from, Counter& to, std::uint64_t n) {
  const Writing writing(version_);
  if (from < n) throw std::logic_error("ledger: more messages end than there are");
  from -= n;
  to += n;
}

void Ledger::answer(std::uint64_t n) {
  move(queued_, answered_, n);
}
void Ledger::silence(std::uint64_t n) {
  move(queued_, silent_, n);
}
void Ledger::bury(std::uint64_t n) {
  move(queued_, dead_, n);
}
void Ledger::fence(std::uint64_t n) {
  move(queued_, fenced_, n);
}
void Ledger::hand_over(std::uint64_t n) {
  move(queued_, elsewhere_, n);
}
void Ledger::revive(std::uint64_t n) {
  move(dead_, queued_, n);
}

Ledger::Snapshot Ledger::snapshot() const {
  while (true) {
    const std::uint64_t before = version_;
    const Snapshot taken{accepted_, answered_, silent_, queued_, dead_, fenced_, elsewhere_};
    if ((before & 1) == 0 && version_ == before) return taken;
  }
}

}  // namespace openclaw::pipeline
