#include "core/config/report.hpp"

#include <tuple>

namespace openclaw::config {

void Report::push(Diagnostic found) {
  const bool is_error = found.severity == Severity::error;
  errors_ += is_error ? 1U : 0U;
  const bool known = std::any_of(found_.begin(), found_.end(), [&](const Diagnostic& d) {
    return d.line > 0 && d.severity == found.severity && d.line == found.line &&
           d.column == found.column && d.message == found.message;
  });
  if (known) {
    return;
  }
  if (found_.size() >= max_diagnostics) {
    ++left_out_;
    return;
  }
  found_.push_back(std::move(found));
}

std::vector<Diagnostic> Report::take() {
  std::stable_sort(found_.begin(), found_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  if (left_out_ > 0) {
    // An error that was left out must still make the load fail.
    found_.push_back({errors_ > 0 ? Severity::error : Severity::warning, file_, 0, 0, "",
                      std::to_string(left_out_) + " more findings are not shown"});
  }
  return std::move(found_);
}

}  // namespace openclaw::config
