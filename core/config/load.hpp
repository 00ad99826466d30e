// Turns gateway.yaml, the environment and the plugins' schemas into one checked Config.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.hpp"
#include "core/config/diagnostic.hpp"
#include "core/runtime/error.hpp"

namespace openclaw::config {

enum class PluginKind { channel, provider, storage };

/// What the host knows of a plugin without running it: all of it comes from the manifest.
struct PluginFacts {
  std::string file;
  std::string schema_json;           ///< JSON Schema (draft 7) of the plugin's own keys; "" = none
  std::vector<std::string> secrets;  ///< keys of its section that hold secrets
  std::map<std::string, std::string> env;  ///< key → variable that supplies it when it is absent
  bool dev = false;                        ///< switched on by --dev
};

struct NamedPlugin {
  PluginKind kind = PluginKind::channel;
  std::string name;
  PluginFacts facts;
};

/// A variable's value, or nothing when it is not set. An empty value counts as not set.
using Environment = std::function<std::optional<std::string>(std::string_view)>;

struct LoadOptions {
  std::string path;  ///< empty = default_path(home)
  /// Read in place of a file, which `path` then only names in messages.
  std::optional<std::string> text{};
  bool dev = false;
  Environment env;   ///< empty = no variable is set
  std::string home;  ///< what `~` stands for
  /// Finds a plugin by name, or by a path (it holds a `/`), given the file's `plugins` section. The
  /// error's message is the one-line reason why the plugin cannot be used.
  std::function<Result<PluginFacts>(PluginKind, const std::string& name_or_path, const Plugins&)>
      find_plugin;
  /// Why no plugin can be loaded from a file of `plugins.load`. May be empty.
  std::function<Result<void>(const std::string& file)> check_plugin_file;
  /// Every installed plugin: for --dev, and for "installed are: ..." in messages. May be empty.
  std::function<std::vector<NamedPlugin>(const Plugins&)> list_plugins;
};

struct Loaded {
  std::optional<Config> config;         ///< set when no diagnostic is an error
  std::vector<Diagnostic> diagnostics;  ///< all findings at once, sorted by line and column
  std::string file;                     ///< what was to be read; empty for --dev without a file
};

/// Never throws for anything that a file, the environment or a plugin's schema may hold.
Loaded load(const LoadOptions& options);

/// Of the same file the section `auth` alone: for commands that ask a gateway which runs.
Loaded load_auth(const LoadOptions& options);

/// Of the same file the sections `plugins` and `storage` alone: for commands that need no more, so
/// that nothing else in it can keep them from working.
Loaded load_storage(const LoadOptions& options);

/// The process environment.
Environment process_environment();

/// HOME/.openclaw/gateway.yaml
std::string default_path(const std::string& home);

struct NamedPluginSchema {
  PluginKind kind = PluginKind::channel;
  std::string name;
  std::string schema_json;
  std::map<std::string, std::string> env = {};  ///< as PluginFacts::env
};

/// The JSON Schema (draft 7) of the whole file with the given plugins' sections, for editors.
std::string merged_schema(const std::vector<NamedPluginSchema>& plugins);

}  // namespace openclaw::config
