// The JSON Schema of the keys that the core owns: the one place that says their names, types,
// ranges and defaults.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace openclaw::config {

/// core.schema.json, parsed.
const nlohmann::json& core_schema();

/// `definitions` of it: "provider", "channel" or "storage".
const nlohmann::json& core_section_schema(const std::string& name);

}  // namespace openclaw::config
