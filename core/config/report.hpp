// Collects the findings of one load.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/config/diagnostic.hpp"
#include "core/config/document.hpp"

namespace openclaw::config {

class Report {
 public:
  explicit Report(std::string file) : file_(std::move(file)) {}

  void error(Mark mark, std::string key, std::string message) {
    add(Severity::error, mark, std::move(key), std::move(message));
  }
  void warning(Mark mark, std::string key, std::string message) {
    add(Severity::warning, mark, std::move(key), std::move(message));
  }
  /// What the environment holds is no fault of the file, which may not even exist.
  void variable_error(std::string key, std::string message) {
    push({Severity::error, "", 0, 0, std::move(key), std::move(message)});
  }
  /// There is no file: from now on the findings name none.
  void forget_file() { file_.clear(); }
  void add(std::vector<Diagnostic> found) {
    for (Diagnostic& d : found) {
      push(std::move(d));
    }
  }

  std::size_t errors() const { return errors_; }

  /// Sorted by place. What two accounts inherit from one line is reported once.
  std::vector<Diagnostic> take();

 private:
  static constexpr std::size_t max_diagnostics = 200;

  void add(Severity severity, Mark mark, std::string key, std::string message) {
    push({severity, file_, mark.line, mark.column, std::move(key), std::move(message)});
  }
  void push(Diagnostic found);

  std::string file_;
  std::vector<Diagnostic> found_;
  std::size_t errors_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace openclaw::config
