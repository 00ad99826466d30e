// Copies the core's own keys from checked JSON into the struct, with the rules that span keys.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/config/config.hpp"
#include "core/config/document.hpp"
#include "core/config/report.hpp"

namespace openclaw::config {

/// `checked` was read by core.schema.json; a key that was wrong is absent and keeps its default.
void bind_core(const nlohmann::json& checked, Config& config);

/// What no schema can say: names that must exist, ids that must differ, ports that must not clash.
/// `marks`: path → where it is written.
void check_references(const Config& config, const std::map<std::string, Mark>& marks,
                      Report& report);

}  // namespace openclaw::config
