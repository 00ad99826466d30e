// Hands the intake's messages to the gateway, again where that failed.
#pragma once

#include <functional>

#include "api.hpp"
#include "intake.hpp"
#include "openclaw/cpp/channel/backoff.hpp"
#include "openclaw/cpp/host.hpp"
#include "places.hpp"

namespace openclaw::discord {

class Submitter {
 public:
  /// `settled` is called after each outcome.
  Submitter(sdk::Host& host, Api& api, Intake& intake, Places& places, std::uint64_t seed,
            std::function<void()> settled);

  /// Submits whatever may go.
  void pump();
  void stop();

 private:
  /// Asks for what an unknown channel is: a thread's messages must always come to the same chat.
  void find_place(std::uint64_t id, const std::string& channel);
  void submit(Intake::Entry& entry, const std::string& parent);
  void outcome(std::uint64_t id, bool final, std::uint64_t wait_ms = 0);

  sdk::Host& host_;
  Api& api_;
  Intake& intake_;
  Places& places_;
  sdk::Backoff backoff_;
  std::function<void()> settled_;
  oc_op timer_ = 0;
  bool stopped_ = false, pumping_ = false;
  std::uint32_t messages_metric_;
};

}  // namespace openclaw::discord
