// What the gateways that share a store agree upon, for plugins and parts on any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/cluster/lease_keeper.hpp"
#include "core/log/log.hpp"
#include "core/pipeline/ports.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::cluster {

/// One gateway's side of it; alone, it has every lease and nobody to tell.
class Cluster {
 public:
  /// `home` is the pipeline's loop. All must outlive it.
  Cluster(runtime::Loop& home, pipeline::StorePort& store, log::Log& log);
  ~Cluster();  ///< once no loop runs any more
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // [any thread with a loop] Callbacks come on the calling loop, never inside.

  using Changed = std::function<void(bool held)>;
  using Heard = std::function<void(const std::string& topic, const std::string& text)>;
  void want(const std::string& name, Changed changed);  ///< one wish a name
  void release(const std::string& name);
  /// Those whose names begin so.
  void release_all(const std::string& prefix);
  /// What `part` of the other gateways hears; one listener a part.
  void listen(const std::string& part, Heard heard);
  void stop_listening(const std::string& part);
  /// To the same part of every other gateway, in order, best effort. False: too much is under way.
  bool tell(const std::string& part, const std::string& topic, const std::string& text);

  // [any thread]

  [[nodiscard]] bool held(const std::string& name) const;  ///< at this moment, by the clock
  [[nodiscard]] std::size_t others() const;                ///< as of the last look

  // On the home loop.

  void noticed(const pipeline::Notice& notice);
  void collected();  ///< after each round of collecting

 private:
  struct Listener {
    runtime::Loop* loop = nullptr;
    Heard heard;
  };
  [[nodiscard]] bool is_wish(const std::string& name, std::uint64_t number) const;

  runtime::Loop& home_;
  pipeline::StorePort& store_;
  pipeline::SharedStorePort* shared_;
  log::Log& log_;
  LeaseKeeper keeper_;
  struct Wish {
    std::uint64_t number = 0;  ///< of which want() it is
    bool held = false;         ///< as last told
  };

  std::shared_ptr<std::atomic<std::size_t>> telling_;  ///< bytes; shared with the writes under way
  mutable std::mutex mutex_;
  std::map<std::string, Wish> wishes_;  ///< by name
  std::uint64_t last_wish_ = 0;
  std::map<std::string, std::shared_ptr<Listener>> listeners_;  ///< shared with what is on its way
};

}  // namespace openclaw::cluster
