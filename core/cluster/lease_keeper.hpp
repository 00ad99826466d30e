// Takes and keeps, of what only one of several gateways may do, this one's share.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/cluster/leases.hpp"
#include "core/log/log.hpp"
#include "core/pipeline/ports.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::cluster {

/// A gateway that has its store to itself holds everything it wants. To be used on the loop.
class LeaseKeeper {
 public:
  struct Environment {
    runtime::Loop& loop;
    pipeline::StorePort& store;
    log::Log& log;
    runtime::Millis ask_again{300};  ///< for what another has, at least between two looks
  };
  /// On the loop, never inside a call of this class.
  using Changed = std::function<void(bool held)>;

  explicit LeaseKeeper(Environment environment);
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  void want(const std::string& name, Changed changed);  ///< one wish a name
  void release(const std::string& name);
  /// After a round of collecting: it may have ended whoever had one of them.
  void look();
  /// [any thread] How many other gateways there are.
  [[nodiscard]] std::size_t others() const { return others_.load(); }

 private:
  void take(const std::string& name);
  void let_go(const std::string& name);
  void tell();
  void say_changes(std::map<std::string, std::int64_t> others);
  void say_failure(const char* event, const Error& error);

  Environment env_;
  pipeline::SharedStorePort* shared_;
  std::shared_ptr<LeaseKeeper*> alive_;  ///< shared with callbacks under way; null inside once gone
  Leases leases_;
  std::map<std::string, Changed> wishes_;
  std::set<std::string> releasing_;  ///< not wanted any more, and the store does not know yet
  std::map<std::string, std::int64_t> known_;  ///< the others, and since when; as of the last look
  std::atomic<std::size_t> others_{0};
  runtime::TimePoint looked_{};
  runtime::TimerId lapse_{};
  bool looking_ = false, failing_ = false;
};

}  // namespace openclaw::cluster
