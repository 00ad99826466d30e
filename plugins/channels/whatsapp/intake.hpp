// Hands one payload's messages to the gateway, in order, until all are stored or one is not.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "incoming.hpp"
#include "openclaw/cpp/host.hpp"

namespace openclaw::whatsapp {

class Intake : public std::enable_shared_from_this<Intake> {
 public:
  /// A payload may hold thousands; the gateway takes a bounded number at a time.
  static constexpr std::size_t kAtOnce = 16;
  /// `stored`: every message's fate is durable, so Meta need not send any of them again.
  using Done = std::function<void(bool stored)>;

  Intake(sdk::Host& host, std::vector<Incoming> messages, Done done)
      : host_(host), messages_(std::move(messages)), done_(std::move(done)) {}

  /// `done` is called once, perhaps inside. The submits under way share ownership.
  void run();

 private:
  void submit_one(const Incoming& incoming);
  void answered(const std::optional<sdk::Failure>& failure);

  sdk::Host& host_;
  std::vector<Incoming> messages_;
  Done done_;
  std::size_t next_ = 0, open_ = 0;
  bool failed_ = false;
};

}  // namespace openclaw::whatsapp
