// Keeps uploaded files in the instance's durable state: their list under one key, their bytes in
// parts under others. Several gateways share both: each run holds a lease of its name, and whoever
// is given that erases what the run left unfinished.
//
// Every completion comes later than the call, but for a host that takes no more operations.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "file_index.hpp"
#include "openclaw/cpp/channel/shared_value.hpp"
#include "openclaw/cpp/host.hpp"

namespace openclaw::webchat {

class FileStore {
 public:
  using Finished = std::function<void(const std::optional<sdk::Failure>&)>;
  using Taken = std::function<void(const std::optional<sdk::Failure>&, std::string bytes)>;

  /// `new_id` makes ids that nobody can guess: 128 random bits as 32 hex digits.
  FileStore(sdk::Host& host, FileLimits limits, std::function<std::string()> new_id);

  /// First of all: reads the list that an earlier process left, and erases what it left to erase.
  void load(Finished done);
  /// Erases nothing more; what still goes is erased after the next start.
  void stop() { stopped_ = true; }

  /// Calls `then` once the list tells whether there are such files: at once when it does here, else
  /// after it was read anew, as another gateway may have taken them in.
  void know(const std::vector<std::string>& ids, std::function<void()> then);

  struct NewFile {
    std::string owner, name, mime;
    std::uint64_t bytes = 0;
  };
  using Listed = std::function<void(const std::optional<sdk::Failure>&, const std::string& id)>;
  /// Lists a file that arrives, durably, so that its parts are found after a crash. `done` is
  /// called only with kYes; `id` is set then, at once.
  FileIndex::Begun begin(const NewFile& file, std::string& id, Listed done);
  void put_part(const std::string& id, std::uint64_t part, std::string_view bytes, Finished done);
  /// All parts are there: from here on it may be sent and read.
  void finish(const std::string& id, Finished done);
  void drop(const std::string& id);
  /// OC_E_NOTFOUND when it is not there.
  void read_part(const StoredFile& file, std::uint64_t part, Taken done);
  /// Lets old files go, and goes on erasing.
  void sweep();

  [[nodiscard]] const FileIndex& index() const { return index_; }

 private:
  void save(Finished done);
  void refresh(Finished done);
  void next();
  void read_index();
  void write_index();
  void write_over_newer();
  void written(const std::optional<sdk::Failure>& failure);
  void watch_others();
  void run_ended(const std::string& run);
  void erase_next();
  void erase_part(const std::string& id, std::uint64_t part, std::uint64_t parts);
  void erase_failed(const sdk::Failure& failure);

  sdk::Host& host_;
  std::string run_;
  FileIndex index_;
  sdk::SharedValue list_;
  std::function<std::string()> new_id_;
  std::vector<Finished> waiting_, in_write_;  ///< for the list: for the next write, for this one
  std::vector<Finished> readers_;             ///< for the list to be read anew
  bool busy_with_list_ = false, erasing_ = false, stopped_ = false;
  bool several_ = false;           ///< there is another gateway, or there was
  std::set<std::string> watched_;  ///< runs whose lease is wanted
  std::set<std::string> busy_;     ///< files with a part being written: erased after it
};

}  // namespace openclaw::webchat
