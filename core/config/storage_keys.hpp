// Which storage plugin reads which key below `storage`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/config/load.hpp"

namespace openclaw::config {

/// Whether a key counts beside a plugin with this schema: the core's own always do, but for those
/// that it lends to plugins ("x-lent"), which count where the plugin's schema names them, too. A
/// schema that names no key takes all.
bool takes_storage_key(const nlohmann::json& plugin_schema, const std::string& key);

/// The installed storage plugins whose schema names the key; those alone whose pattern for it the
/// value has, when there are any.
std::vector<std::string> storage_plugins_for(const std::vector<NamedPlugin>& installed,
                                             const std::string& key, const std::string& value);

/// Of these plugins the ones that ask for such a value by a pattern.
std::vector<std::string> storage_plugins_of_form(const std::vector<NamedPlugin>& installed,
                                                 const std::string& key, const std::string& value);

/// "gateway.instance" for "instance": the key of another section that is looked for in `storage`
/// ("x-sought-in"), or nothing.
std::string storage_key_elsewhere(const std::string& key);

}  // namespace openclaw::config
