// Shows the configuration loader what is installed, from the plugins' manifests alone.
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "cli/command.hpp"
#include "core/config/suggest.hpp"
#include "core/host/registry.hpp"

namespace openclaw::cli {

namespace {

std::string_view kind_name(config::PluginKind kind) {
  switch (kind) {
    case config::PluginKind::channel:
      return "channel";
    case config::PluginKind::provider:
      return "provider";
    case config::PluginKind::storage:
      break;
  }
  return "storage";
}

config::PluginKind kind_of(std::string_view name) {
  if (name == "channel") return config::PluginKind::channel;
  return name == "provider" ? config::PluginKind::provider : config::PluginKind::storage;
}

config::PluginFacts facts_of(const host::Manifest& manifest) {
  return {manifest.file, manifest.config_schema_json, manifest.secrets, manifest.env, manifest.dev};
}

host::Registry registry(const config::Plugins& plugins, const std::string& executable) {
  return host::Registry(
      {host::Registry::directories(plugins.directories, executable), plugins.load});
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

Surroundings surroundings() {
  Surroundings out;
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    out.home = home;
  } else if (const passwd* entry = ::getpwuid(::getuid())) {
    out.home = entry->pw_dir;
  }
  std::error_code ec;
  out.executable = std::filesystem::read_symlink("/proc/self/exe", ec).string();
  return out;
}

config::LoadOptions load_options(const std::string& path, bool dev, const Surroundings& where) {
  config::LoadOptions options;
  options.path = path;
  options.dev = dev;
  options.home = where.home;
  options.env = config::process_environment();
  options.find_plugin = [executable = where.executable](
                            config::PluginKind kind, const std::string& name,
                            const config::Plugins& plugins) -> Result<config::PluginFacts> {
    auto manifest = registry(plugins, executable).find(kind_name(kind), name);
    if (manifest.has_error()) {
      Error error = manifest.error();
      // What is installed instead, and which of it may have been meant, the loader says itself.
      if (error.code == Errc::not_found && name.find('/') == std::string::npos) {
        error.message = "no plugin `" + config::shown_key(name) + "` is installed; looked in " +
                        joined(host::Registry::directories(plugins.directories, executable));
      }
      return error;
    }
    return facts_of(*manifest);
  };
  options.check_plugin_file = [](const std::string& file) -> Result<void> {
    auto manifest = host::Registry::read(file);
    if (manifest.has_error()) return manifest.error();
    return {};
  };
  options.list_plugins = [executable = where.executable](const config::Plugins& plugins) {
    std::vector<config::NamedPlugin> out;
    for (const auto& listed : registry(plugins, executable).list()) {
      if (listed.manifest.has_error()) continue;  // said when something names it
      out.push_back(
          {kind_of(listed.manifest->kind), listed.manifest->id, facts_of(*listed.manifest)});
    }
    return out;
  };
  return options;
}

}  // namespace openclaw::cli
