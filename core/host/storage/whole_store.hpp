// A store read or filled as a whole, by a command: blocking, on the caller's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/archive/record.hpp"
#include "core/pipeline/ports.hpp"
#include "core/runtime/error.hpp"
#include "openclaw/storage.h"

namespace openclaw::host {

class Instance;

class WholeStore {
 public:
  static constexpr std::uint32_t kDeadlineMs = 60'000;
  static constexpr std::size_t kMostWrites = 256, kMostBytes = 16U << 20U;

  /// OC_STORE_WRITER holds the store as a gateway does, so one that runs refuses it;
  /// OC_STORE_SNAPSHOT sees one moment. `instance` has been created and outlives this.
  static Result<WholeStore> open(Instance& instance, std::uint32_t role);
  ~WholeStore();
  WholeStore(WholeStore&& other) noexcept;
  WholeStore& operator=(WholeStore&&) = delete;

  /// Appends records that follow `after` until they are about `max_bytes`; where to go on, empty at
  /// the end.
  Result<std::string> dump(const std::string& after, std::uint64_t max_bytes,
                           std::vector<archive::Record>& records);
  /// Puts them there and, in the same commit as the last of them, the value `mark` under `key` of
  /// `ns`; none: that value stays as it is.
  Result<void> load(const std::vector<archive::Record>& records, const std::string& ns,
                    const std::string& key, const std::optional<std::string>& mark);
  Result<std::optional<std::string>> value(const std::string& ns, const std::string& key);
  Result<void> erase_value(const std::string& ns, const std::string& key);
  /// Keeps hold of the store while nothing else is asked of it; an error when it is lost. `now`:
  /// also when it is not due.
  Result<void> hold(bool now = false);
  Result<pipeline::StoreStats> stats();

 private:
  WholeStore(Instance& instance, const oc_storage& slots, oc_store_conn* connection)
      : instance_(&instance), slots_(&slots), connection_(connection) {}
  Result<void> apply(const std::vector<oc_write>& writes);

  Instance* instance_;
  const oc_storage* slots_;
  oc_store_conn* connection_;
  std::optional<std::chrono::steady_clock::time_point> renew_at_{
      std::chrono::steady_clock::time_point::min()};
};

}  // namespace openclaw::host
