// Finds installed plugins by name or path, without running their code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/host/manifest.hpp"
#include "core/runtime/error.hpp"

namespace openclaw::host {

class Registry {
 public:
  struct Options {
    std::vector<std::string> directories;  ///< see directories()
    std::vector<std::string> files;        ///< single plugins that the config names, absolute
  };

  /// Beside the executable (../lib/openclaw/plugins), then where this build installs.
  static std::vector<std::string> default_directories(const std::string& executable_path);
  /// In the order in which they are searched: the config's, then default_directories().
  static std::vector<std::string> directories(std::vector<std::string> configured,
                                              const std::string& executable_path);

  explicit Registry(Options options) : options_(std::move(options)) {}

  /// By name: a file of `files` whose id it is, else the first directory that has NAME.so, in the
  /// kind's own folder or beside it; its id must be NAME. By path (it contains a slash): that file.
  /// The kind and the ABI must match. The reason begins with the file's name, or says where it
  /// looked.
  [[nodiscard]] Result<Manifest> find(std::string_view kind, const std::string& name_or_path) const;

  /// The plugin in one file, whatever it is, if it may be loaded.
  [[nodiscard]] static Result<Manifest> read(const std::string& file);

  struct Listed {
    std::string file;
    Result<Manifest> manifest;
  };
  /// Every candidate: `files`, then {dir}/{channels,providers,storage}/*.so and {dir}/*.so, by
  /// name. A name that an earlier directory has is listed again: find() takes the first.
  [[nodiscard]] std::vector<Listed> list() const;

 private:
  [[nodiscard]] Error not_found(std::string_view kind, const std::string& name) const;

  Options options_;
};

}  // namespace openclaw::host
