#include "core/host/registry.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "core/config/suggest.hpp"
#include "core/host/elf_note.hpp"
#include "core/host/file_trust.hpp"

namespace openclaw::host {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_files_per_directory = 1000;
constexpr const char* suffix = ".so";

std::string kind_folder(std::string_view kind) {
  return kind == "storage" ? "storage" : std::string(kind) + "s";
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

bool is_file(const std::string& file) {
  std::error_code failed;
  const auto status = fs::symlink_status(file, failed);
  return fs::exists(status) && !fs::is_directory(status);
}

std::vector<std::string> candidates(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code failed;
  for (fs::directory_iterator it(directory, failed), end; !failed && it != end;
       it.increment(failed)) {
    if (files.size() == max_files_per_directory) break;
    if (it->path().extension() == suffix && is_file(it->path().string()))
      files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<Manifest> read_as(std::string_view kind, const std::string& file) {
  auto manifest = Registry::read(file);
  if (manifest && manifest->kind != kind) {
    return Error{Errc::invalid, file_name(file) + ": is a " + manifest->kind + " plugin, not a " +
                                    std::string(kind) + " plugin"};
  }
  return manifest;
}

}  // namespace

std::vector<std::string> Registry::default_directories(const std::string& executable_path) {
  const fs::path prefix = fs::path(executable_path).parent_path().parent_path();
  std::vector<std::string> found;
  for (const fs::path& library_folder :
       {prefix / "lib", prefix / OPENCLAW_INSTALL_LIBDIR, fs::path(OPENCLAW_INSTALL_FULL_LIBDIR)}) {
    const std::string directory = (library_folder / "openclaw/plugins").lexically_normal();
    if (std::find(found.begin(), found.end(), directory) == found.end()) found.push_back(directory);
  }
  return found;
}

std::vector<std::string> Registry::directories(std::vector<std::string> configured,
                                               const std::string& executable_path) {
  for (auto& directory : default_directories(executable_path)) {
    configured.push_back(std::move(directory));
  }
  return configured;
}

Result<Manifest> Registry::read(const std::string& file) {
  if (auto trusted = check_trust(file); !trusted) return std::move(trusted).error();
  auto manifest = read_manifest(file);
  if (!manifest) return manifest;
  if (auto abi = check_abi(*manifest); !abi) return std::move(abi).error();
  return manifest;
}

Result<Manifest> Registry::find(std::string_view kind, const std::string& name_or_path) const {
  if (name_or_path.find('/') != std::string::npos) return read_as(kind, name_or_path);
  if (!is_plugin_id(name_or_path)) return not_found(kind, name_or_path);
  const std::string file_of_name = name_or_path + suffix;
  for (const auto& file : options_.files) {
    // A file that cannot be read may still be the one that was meant.
    const auto manifest = read(file);
    const bool meant = manifest ? manifest->id == name_or_path && manifest->kind == kind
                                : file_name(file) == file_of_name;
    if (meant) return manifest;
  }
  for (const auto& directory : options_.directories) {
    for (const std::string& folder : {directory + "/" + kind_folder(kind), directory}) {
      const std::string file = folder + "/" + file_of_name;
      if (!is_file(file)) continue;
      auto manifest = read_as(kind, file);
      if (manifest && manifest->id != name_or_path) {
        return Error{Errc::invalid, file_of_name + ": its manifest calls it `" + manifest->id +
                                        "`: name the file " + manifest->id + suffix};
      }
      return manifest;
    }
  }
  return not_found(kind, name_or_path);
}

std::vector<Registry::Listed> Registry::list() const {
  std::vector<Listed> listed;
  std::set<std::string> seen;
  const auto add = [&](const std::string& file) {
    if (seen.insert(file).second) listed.push_back({file, read(file)});
  };
  for (const auto& file : options_.files) add(file);
  for (const auto& directory : options_.directories) {
    for (const char* folder : {"/channels", "/providers", "/storage", ""}) {
      for (const auto& file : candidates(directory + folder)) add(file);
    }
  }
  return listed;
}

Error Registry::not_found(std::string_view kind, const std::string& name) const {
  std::set<std::string> ids;
  for (const auto& listed : list()) {
    if (listed.manifest && listed.manifest->kind == kind) ids.insert(listed.manifest->id);
  }
  const std::vector<std::string> installed(ids.begin(), ids.end());
  const std::string plugins = std::string(kind) + " plugin";
  std::string reason =
      "there is no " + plugins + " `" + config::shown_key(name) + "`" +
      config::did_you_mean(name, installed) +
      " (installed: " + (installed.empty() ? "none" : join(installed)) + "; looked in " +
      (options_.directories.empty() ? "no directory" : join(options_.directories)) + ")";
  return {Errc::not_found, std::move(reason)};
}

}  // namespace openclaw::host
