// Checks a plugin's section against the whole of its JSON Schema.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace openclaw::config {

struct SchemaViolation {
  std::string path;  ///< within the section, as "retention.days" or "headers[0]"; "" = the section
  std::string message;
  bool absent = false;  ///< the key that `path` names is required, but not there
};

/// Draft 7, by valijson: what schema_reader.hpp leaves out (oneOf, if, dependencies, …). The
/// messages hold no value of the section. A schema that is itself broken is one violation.
std::vector<SchemaViolation> check_plugin_schema(const nlohmann::json& section,
                                                 const nlohmann::json& schema);

}  // namespace openclaw::config
