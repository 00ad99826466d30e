// Which store a command means: the configured one, or one that its command line names.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/daemon/offline_store.hpp"

namespace openclaw::cli {

/// What a store's URL says without its user and its query, where passwords are.
std::string without_secrets(const std::string& url);

struct StorePlace {
  std::unique_ptr<daemon::OfflineStore> store;
  std::string type;  ///< of storage
  std::string name;  ///< for people: "sqlite:/srv/sessions.db"; without secrets
  /// The name, and what tells it from another store of that name: its schema, its prefix.
  std::string identity;
};

/// Of the configuration file at `path` (empty: the usual one). What is wrong with it is said on
/// standard error; then nothing.
std::optional<StorePlace> configured_store(const std::string& path, bool dev);

/// Of "TYPE:PATH", "TYPE:URL", a URL that an installed engine takes, or a configuration's
/// FILE.yaml.
/// ${NAME} in it is a variable, so that no password need stand on a command line.
std::optional<StorePlace> named_store(const std::string& place);

}  // namespace openclaw::cli
