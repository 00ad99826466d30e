// What only one of several gateways may do, such as to poll an account.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

/// A wish for a lease, over all its changes. A gateway that is alone gets it at once. [strand]
class Lease {
 public:
  struct Events {
    /// It is this gateway's from now on. What others wrote meanwhile is in the state.
    std::function<void()> granted;
    /// Another gateway has it, or may: said once after want(), and each time it is lost. Then
    /// everything that only its holder may do ends at once.
    std::function<void()> elsewhere;
  };
  /// For so long after want() nothing is said, as whoever gets it gets it soon.
  static constexpr std::uint64_t kPatienceMs = 1'000;
  /// How often a lease that was over by the clock is looked at: renewed in time after all, it is
  /// still this gateway's, and then no change is told.
  static constexpr std::uint64_t kLookMs = 1'000;

  Lease(Host& host, std::string name, Events events)
      : host_(host), name_(std::move(name)), events_(std::move(events)) {}
  ~Lease() { stop(); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  void want();
  /// To be asked right before each thing that only the holder may do: whether it is this gateway's
  /// by the clock too. False: not now, and `elsewhere` was called; `granted` follows, or not.
  bool check();
  [[nodiscard]] bool held() const { return held_; }
  /// Leaves it to the others, and wants it again after so long.
  void put_off(std::uint64_t ms);
  /// Gives it up for good.
  void release();
  /// Nothing is said any more. The host takes it back once quiesce() has completed: until then no
  /// other gateway may begin.
  void stop();

 private:
  void told(bool held);
  void change(bool held);
  void look_later(std::uint64_t ms);
  void look();

  Host& host_;
  std::string name_;
  Events events_;
  oc_op timer_ = 0;
  bool wanted_ = false, held_ = false, stopped_ = false;
  bool lapsed_ = false;  ///< by the clock, and the host has not said so yet
};

}  // namespace openclaw::sdk
