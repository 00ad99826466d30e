// Asks Meta about the configured number at the start: does the token work for it?
#pragma once

#include <functional>
#include <string>

#include "api.hpp"
#include "config.hpp"
#include "openclaw/cpp/channel/backoff.hpp"

namespace openclaw::whatsapp {

class NumberCheck {
 public:
  struct Hooks {
    std::function<void()> works;
    std::function<void(const std::string& reason)> unreachable;  ///< it tries again by itself
    std::function<void(const std::string& reason)> refused;      ///< only the operator can help
  };
  NumberCheck(sdk::Host& host, Api& api, const Config& config, std::uint64_t seed, Hooks hooks);

  void start();
  /// Meta has just reached us, so it may be worth asking now: no later try is waited for.
  void hurry();
  void stop();

 private:
  void answered(const Answer& answer);
  void retry(const std::string& reason);

  sdk::Host& host_;
  Api& api_;
  const Config& config_;
  Hooks hooks_;
  sdk::Backoff backoff_;
  oc_op timer_ = 0;
  bool stopped_ = false;
};

}  // namespace openclaw::whatsapp
