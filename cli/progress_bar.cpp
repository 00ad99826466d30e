#include "cli/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

namespace openclaw::cli {

namespace {
constexpr int kCells = 20;
constexpr std::chrono::milliseconds kEvery{200};
constexpr std::chrono::milliseconds kBeforeAGuess{2'000};
}  // namespace

std::string progress_line(const std::string& what, double done, std::uint64_t records,
                          std::chrono::milliseconds elapsed) {
  const double part = std::clamp(done, 0.0, 1.0);
  const auto cells = static_cast<std::size_t>(part * kCells);
  std::string out = what + " [" + std::string(cells, '#') + std::string(kCells - cells, '-') +
                    "] " + std::to_string(static_cast<int>(part * 100)) + " %, " +
                    std::to_string(records) + " records";
  if (part > 0.01 && part < 1 && elapsed >= kBeforeAGuess) {
    const double left = static_cast<double>(elapsed.count()) * (1 - part) / part / 1000;
    out += ", " + std::to_string(static_cast<long>(left) + 1) + " s left";
  }
  return out;
}

ProgressBar::ProgressBar(std::string what)
    : what_(std::move(what)),
      on_(::isatty(STDERR_FILENO) == 1),
      begun_(std::chrono::steady_clock::now()),
      next_(begun_ + kEvery) {}

void ProgressBar::begin(std::string what) {
  if (what == what_) return;
  what_ = std::move(what);
  begun_ = std::chrono::steady_clock::now();
}

void ProgressBar::show(double done, std::uint64_t records) {
  const auto now = std::chrono::steady_clock::now();
  if (!on_ || now < next_) return;
  next_ = now + kEvery;
  drawn_ = true;
  std::cerr << "\r\x1b[K"
            << progress_line(what_, done, records,
                             std::chrono::duration_cast<std::chrono::milliseconds>(now - begun_))
            << std::flush;
}

transfer::Progress shown_on(ProgressBar& bar) {
  return [&bar](transfer::Phase phase, double done, std::uint64_t records) {
    if (phase == transfer::Phase::comparing) bar.begin("Comparing");
    bar.show(done, records);
  };
}

void ProgressBar::clear() {
  if (std::exchange(drawn_, false)) std::cerr << "\r\x1b[K" << std::flush;
}

}  // namespace openclaw::cli
