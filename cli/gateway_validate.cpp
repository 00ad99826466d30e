// openclaw gateway validate: every finding at once, with file, line and column.
#include "cli/gateway_validate.hpp"

#include <algorithm>
#include <iostream>

#include "cli/command.hpp"

namespace openclaw::cli {

int validate_config(const std::string& path, bool as_json, bool dev) {
  const Surroundings where = surroundings();
  const auto loaded = config::load(load_options(path, dev, where));
  const std::string file = loaded.file.empty() ? "no file, which --dev needs none of" : loaded.file;
  if (as_json) {
    std::cout << config::to_json(loaded.diagnostics, file) << "\n";
    return loaded.config ? 0 : 1;
  }
  for (const auto& d : loaded.diagnostics) std::cerr << d.to_string() << "\n";
  const auto errors = std::count_if(
      loaded.diagnostics.begin(), loaded.diagnostics.end(),
      [](const config::Diagnostic& d) { return d.severity == config::Severity::error; });
  const auto warnings = static_cast<std::ptrdiff_t>(loaded.diagnostics.size()) - errors;
  if (loaded.config) {
    // No more than that: whether a server is there, or a key is right, shows at the start.
    std::cout << file << ": no mistake found"
              << (warnings > 0 ? ", " + std::to_string(warnings) + " warning(s)" : "") << "\n";
    return 0;
  }
  std::cout << file << ": " << errors << " error(s), " << warnings << " warning(s)\n";
  return 1;
}

}  // namespace openclaw::cli
