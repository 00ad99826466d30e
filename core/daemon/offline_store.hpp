// A configured store for a command that needs nothing else of a gateway.
#pragma once

#include <memory>
#include <string>

#include "core/config/config.hpp"
#include "core/host/storage/whole_store.hpp"

namespace openclaw::daemon {

class OfflineStore {
 public:
  /// `executable` finds the plugins that were built with it. What the plugin logs goes to standard
  /// error.
  OfflineStore(config::Config config, const std::string& executable);
  ~OfflineStore();  ///< every connection is closed by then
  OfflineStore(const OfflineStore&) = delete;
  OfflineStore& operator=(const OfflineStore&) = delete;

  /// Loads the plugin at the first call. `role`: OC_STORE_*.
  Result<host::WholeStore> open(std::uint32_t role);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace openclaw::daemon
