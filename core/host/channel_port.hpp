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
  /// The instance has been created and outlives the port. `home` is the pipeline's loop. `grace` is
  /// what home waits longer than the channel's loop: enough for one that runs to report first.
  ChannelPort(Instance& instance, runtime::Loop& home,
              runtime::Millis send_deadline = runtime::Millis{120'000},
              runtime::Millis grace = runtime::Millis{5000});

  [[nodiscard]] const pipeline::ChannelTraits& traits() const override { return traits_; }
  [[nodiscard]] bool can_deliver() const override;
  /// Answers' pictures are links, whatever the platform could show. Before the first message.
  void send_no_pictures() { traits_.text.media.reset(); }
  void send(const pipeline::Outbound& message, pipeline::Done<std::string> done) override;
  void partial(pipeline::PartialKind kind, const pipeline::Inbound& to, const std::string& turn,
               std::string_view text) override;
  void typing(const std::string& chat, const std::string& thread, bool on) override;
  void fetch(const pipeline::Attachment& attachment, std::uint64_t max_bytes,
             pipeline::Done<pipeline::FetchedMedia> done) override;
  void react(const std::string& chat, const std::string& thread, const std::string& message,
             const std::string& emoji, bool on) override;

 private:
  struct Waiting;
  struct Sending;
  struct Sends;
  void flush(const std::shared_ptr<Waiting>& waiting);

  Instance& instance_;
  runtime::Loop& home_;
  runtime::Millis send_deadline_, grace_;
  pipeline::ChannelTraits traits_;
  std::shared_ptr<Sends> sends_;  ///< shared with what is under way on the channel's loop
  /// Text that waits for the channel's loop, shared with the task posted there; one a turn.
  std::map<std::string, std::shared_ptr<Waiting>> waiting_;
};

}  // namespace openclaw::host
