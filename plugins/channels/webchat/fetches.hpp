// What the host reads of uploaded files, for the model.
#pragma once

#include <map>
#include <string>

#include "file_store.hpp"

namespace openclaw::webchat {

class Fetches {
 public:
  /// At once; each may hold a whole file.
  static constexpr std::size_t kMost = 16;
  static constexpr std::uint32_t kBusyMs = 2'000;

  Fetches(sdk::Host& host, FileStore& files) : host_(host), files_(files) {}

  /// Completes `op` with all of the file's bytes, as oc_channel.fetch says.
  void start(oc_op op, const std::string& id, std::uint64_t max_bytes);
  void cancel(oc_op op);
  void stop();  ///< cancels all

 private:
  void begin(oc_op op, std::uint64_t max_bytes);
  void read_on(oc_op op);
  void fail(oc_op op, sdk::Failure failure);

  struct Fetch {
    std::string id, bytes;
    std::uint64_t part = 0;
  };
  sdk::Host& host_;
  FileStore& files_;
  std::map<oc_op, Fetch> fetches_;
};

}  // namespace openclaw::webchat
