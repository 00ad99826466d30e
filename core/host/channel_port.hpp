// A channel, over its plugin instance: calls hop to its loop, answers come back.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "core/host/instance.hpp"
#include "core/pipeline/ports.hpp"

namespace openclaw::host {

class ChannelPort final : public pipeline::ChannelPort {
 public:
  /// The instance has been created and outlives the port. `home` is the pipeline's loop.
  ChannelPort(Instance& instance, runtime::Loop& home,
              runtime::Millis send_deadline = runtime::Millis{120000});

  [[nodiscard]] const pipeline::ChannelTraits& traits() const override { return traits_; }
  [[nodiscard]] bool can_deliver() const override;
  void send(const pipeline::Outbound& message, pipeline::Done<std::string> done) override;
  void partial(pipeline::PartialKind kind, const std::string& chat, const std::string& thread,
               const std::string& turn, std::string_view text) override;
  void typing(const std::string& chat, const std::string& thread, bool on) override;

 private:
  struct Waiting;
  struct Sending;
  void flush(const std::shared_ptr<Waiting>& waiting);

  Instance& instance_;
  runtime::Loop& home_;
  runtime::Millis send_deadline_;
  pipeline::ChannelTraits traits_;
  /// Text that waits for the channel's loop, shared with the task posted there; one a turn.
  std::map<std::string, std::shared_ptr<Waiting>> waiting_;
};

}  // namespace openclaw::host
