// How far a long command is, on a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/transfer/transfer.hpp"

namespace openclaw::cli {

/// Draws on standard error when that is a terminal, and a few times a second at most; else it stays
/// silent.
class ProgressBar {
 public:
  explicit ProgressBar(std::string what);
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Another part of the work begins, at 0.
  void begin(std::string what);
  /// `done` from 0 to 1.
  void show(double done, std::uint64_t records);
  void clear();

 private:
  std::string what_;
  bool on_, drawn_ = false;
  std::chrono::steady_clock::time_point begun_, next_;
};

/// Shows what a transfer tells, also while it compares; lives no longer than the bar.
transfer::Progress shown_on(ProgressBar& bar);

/// "Backing up [######--------------]  30 %, 12000 records, 4 s left"
std::string progress_line(const std::string& what, double done, std::uint64_t records,
                          std::chrono::milliseconds elapsed);

}  // namespace openclaw::cli
