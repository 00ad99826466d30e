// What a plugin says about itself before any of its code runs.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/render/messages.hpp"
#include "core/runtime/error.hpp"

namespace openclaw::host {

/// A path outside of the plugin's own /channels/ID/.
struct ManifestRoute {
  std::string path;  ///< may end in slash-star
  enum class Auth { none, api_key, plugin } auth = Auth::plugin;
};

/// The fields as plugin-api/include/openclaw/entry.h documents them.
struct Manifest {
  std::string file;  ///< where it was read from
  std::string id;
  std::string kind;  ///< channel | provider | storage
  std::string version, licence, description;
  int abi_major = 0, abi_minor = 0, abi_minor_needed = 0;
  std::string config_schema_json;  ///< empty: the plugin states none
  std::vector<std::string> secrets, hosts, url_keys;
  std::map<std::string, std::string> env;
  std::vector<ManifestRoute> routes;
  render::Format text;
  bool dev = false;
};

/// Reasons begin with the file's name and name the field. A manifest of another ABI major is only
/// read as far as check_abi needs it: its other fields may mean something else.
Result<Manifest> parse_manifest(std::string_view json, std::string file);
Result<Manifest> read_manifest(const std::string& file);

/// Whether this gateway can load the plugin.
Result<void> check_abi(const Manifest& manifest);

/// Whether `id` may name a plugin: ^[a-z0-9][a-z0-9_-]{0,63}$
bool is_plugin_id(std::string_view id);

}  // namespace openclaw::host
