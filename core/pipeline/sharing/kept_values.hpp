// What the core keeps in the store under a key: pairings, chosen models, cut turns.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/log/log.hpp"
#include "core/pipeline/ports.hpp"

namespace openclaw::pipeline {

/// Texts that this gateway reads and writes as a whole, and of several gateways others too: then a
/// write succeeds only on top of what was read last. To be used on the loop.
class KeptValues {
 public:
  using Read = std::function<void(const Result<void>&)>;
  /// Takes over what was read; an error when it cannot be understood.
  using Restore = std::function<Result<void>(const std::string& key, const std::string& value)>;

  /// `shared`: other gateways write them too.
  KeptValues(StorePort& store, log::Log& log, bool shared, Restore restore);
  ~KeptValues();
  KeptValues(const KeptValues&) = delete;
  KeptValues& operator=(const KeptValues&) = delete;

  /// Reads it and hands it to Restore, unless what is here is newer; what was never written stays
  /// as it is. While it is being written it is read after that.
  void read(const std::string& key, Read done);
  /// The same, when nobody waits for it: a failure is logged.
  void read(const std::string& key);
  /// Errc::conflict: another gateway wrote in between.
  void write(const std::string& key, std::string value, Done<Written> done);
  /// What another gateway wrote in between is to be read, and the write done again on top of that.
  /// False when it failed otherwise, or was tried often enough.
  [[nodiscard]] bool lost_race(const Result<Written>& written, int tries) const;

 private:
  struct Value {
    std::uint64_t version = 0;  ///< that was read or written last
    std::size_t writing = 0;    ///< under way
    std::vector<Read> waiting;  ///< for what is being written
  };
  Result<void> take(const std::string& key, const Result<StoredValue>& stored);
  void written(const std::string& key, const Result<Written>& result);

  StorePort& store_;
  log::Log& log_;
  const bool shared_;
  Restore restore_;
  std::shared_ptr<KeptValues*> alive_;  ///< shared with callbacks under way; null inside once gone
  std::map<std::string, Value> values_;
};

}  // namespace openclaw::pipeline
