#include "core/config/diagnostic.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace openclaw::config {
namespace {

const char* name_of(Severity severity) {
  return severity == Severity::error ? "error" : "warning";
}

}  // namespace

std::string Diagnostic::to_string() const {
  std::string out = file;
  if (line > 0) {
    out += ':' + std::to_string(line) + ':' + std::to_string(column);
  }
  if (!out.empty()) {
    out += ": ";
  }
  out += name_of(severity);
  out += ": ";
  if (!key.empty()) {
    out += key + ": ";
  }
  return out + message;
}

bool has_error(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::string to_json(const std::vector<Diagnostic>& diagnostics, const std::string& file) {
  auto list = nlohmann::ordered_json::array();
  std::size_t errors = 0;
  for (const Diagnostic& d : diagnostics) {
    errors += d.severity == Severity::error ? 1U : 0U;
    list.push_back({{"severity", name_of(d.severity)},
                    {"file", d.file},
                    {"line", d.line},
                    {"column", d.column},
                    {"key", d.key},
                    {"message", d.message}});
  }
  const nlohmann::ordered_json out = {{"valid", errors == 0},
                                      {"file", file},
                                      {"errors", errors},
                                      {"warnings", diagnostics.size() - errors},
                                      {"diagnostics", std::move(list)}};
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace openclaw::config
