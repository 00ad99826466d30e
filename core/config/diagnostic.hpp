// One finding about the configuration, with the place it was found at.
#pragma once

#include <string>
#include <vector>

namespace openclaw::config {

enum class Severity { warning, error };

/// `message` is a sentence without the key; it never holds a secret's value.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string file;
  int line = 0;     ///< 1-based; 0 = the whole file, or an environment variable
  int column = 0;   ///< 1-based, in bytes; 0 as for line
  std::string key;  ///< "channels.telegram.botToken"; empty where no key is concerned
  std::string message;

  /// "file:line:column: error: key: message", as compilers write it, so that editors can jump
  /// there.
  std::string to_string() const;
};

bool has_error(const std::vector<Diagnostic>& diagnostics);

/// {"valid":bool,"file":...,"errors":n,"warnings":n,"diagnostics":[{severity,file,line,column,key,
/// message}]} for `openclaw gateway validate --json`.
std::string to_json(const std::vector<Diagnostic>& diagnostics, const std::string& file);

}  // namespace openclaw::config
