#include "core/pipeline/delivery/delivery_window.hpp"

#include <algorithm>

namespace openclaw::pipeline {

void DeliveryWindow::begin(bool expected) {
  ++in_flight_;
  if (!expected) ++probes_;
}

void DeliveryWindow::probe_over(bool handed_back) {
  // A quiet channel proves nothing about a crowd: only a full window may grow.
  const bool full = probes_ >= most_probes_;
  --probes_;
  if (handed_back) {
    most_probes_ = std::max<std::size_t>(1, most_probes_ / 2);
  } else if (full) {
    most_probes_ = std::min(most_probes_ + 1, kMostInFlight);
  }
}

}  // namespace openclaw::pipeline
