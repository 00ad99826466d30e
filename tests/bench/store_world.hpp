// A real store and a real pipeline, between a provider and channels that answer at once.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/config/config.hpp"
#include "core/host/storage/storage_port.hpp"
#include "core/pipeline/pipeline.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::bench {

struct WorldOptions {
  std::string storage_json;  ///< the section `storage`, with every key that its plugin needs
  std::string instance;      ///< of a member; empty: the store is this gateway's alone
  std::string mode = "collect";
  std::string answer;
  std::uint32_t concurrency = 1;
  /// A channel sends 16 replies at once, so that more sessions are spread over several.
  std::uint32_t channels = 1;
  std::size_t readers = host::StoragePort::Options{}.readers;
};

class World {
 public:
  /// Opens the store. std::runtime_error when that fails.
  World(WorldOptions options, const std::string& executable);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Reads what waits in the store, as a gateway's start does.
  void start();
  void begin_turns();

  /// Runs `task` on the pipeline's loop and waits for it.
  template <class F>
  std::invoke_result_t<F> on(F task) {
    std::packaged_task<std::invoke_result_t<F>()> packaged(std::move(task));
    auto future = packaged.get_future();
    loop().post([p = std::move(packaged)]() mutable { p(); });
    return future.get();
  }
  [[nodiscard]] runtime::Loop& loop();
  [[nodiscard]] host::StoragePort& store();
  [[nodiscard]] pipeline::Pipeline& pipeline();
  /// What somebody says, with an event id of its own.
  [[nodiscard]] pipeline::Inbound message(const std::string& who, std::uint32_t channel,
                                          std::string text);
  /// That message as the row that the pipeline makes of it, with a payload of so many bytes.
  [[nodiscard]] pipeline::Ingest row(pipeline::Inbound message, std::size_t bytes) const;
  /// Called on the loop as a reply is given to its channel.
  std::function<void(const std::string& chat)> heard;
  /// What must not be the other side of a figure: "" while all is well.
  [[nodiscard]] std::string failure() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace openclaw::bench
