// Hands the intake's messages to the gateway, again where that failed.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

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
  /// What keeps messages of some channels waiting, for the operator.
  [[nodiscard]] std::optional<std::string> trouble() const;

 private:
  /// Asks for what an unknown channel is: a thread's messages must always come to the same chat.
  void find_place(std::uint64_t id, const std::string& channel);
  /// Discord does not say it now: the channel's messages wait, those of others do not.
  void find_later(std::uint64_t id, const std::string& channel, std::uint64_t wait_ms,
                  const std::string& why);
  void submit(Intake::Entry& entry, const std::string& parent);
  /// Not final: the gateway cannot store it now, nor any other.
  void outcome(std::uint64_t id, bool final);

  /// A channel that is not known yet, for as long as a message of it waits for that.
  struct Unknown {
    sdk::Backoff backoff;
    std::string why;  ///< of the last failure
    int failures = 0;
    oc_op timer = 0;
  };

  sdk::Host& host_;
  Api& api_;
  Intake& intake_;
  Places& places_;
  std::uint64_t seed_;
  sdk::Backoff backoff_;
  std::map<std::string, Unknown> unknown_;
  std::function<void()> settled_;
  oc_op timer_ = 0;
  bool stopped_ = false, pumping_ = false;
  std::uint32_t messages_metric_;
};

}  // namespace openclaw::discord
