// storage.retention: which conversations are removed by themselves.
#pragma once

#include <nlohmann/json.hpp>

#include "core/config/config.hpp"

namespace openclaw::config {

/// Of the storage section, which its schema has found sound: "30d" in ms, "10GB" in bytes. What a
/// plugin's own schema has there instead is left alone.
Retention read_retention(const nlohmann::json& storage_section);

}  // namespace openclaw::config
