// A channel, over its plugin instance: calls hop to its loop, answers come back.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "core/host/instance.hpp"
#include "core/pipeline/ports.hpp"

namespace openclaw::host {

template <class T>
class ChannelCalls;

/// The plugin's own deadlines come first; what it holds back longer, nobody waits for.
struct ChannelDeadlines {
  runtime::Millis send{120'000}, fetch{60'000};
  /// What home waits longer than the channel's loop: enough for one that runs to report first.
  runtime::Millis grace{5000};
};

class ChannelPort final : public pipeline::ChannelPort {
 public:
  /// The instance has been created and outlives the port. `home` is the pipeline's loop.
  ChannelPort(Instance& instance, runtime::Loop& home, ChannelDeadlines deadlines = {});

  [[nodiscard]] const pipeline::ChannelTraits& traits() const override { return traits_; }
  [[nodiscard]] bool can_deliver() const override;
  [[nodiscard]] bool is_outlet() const override;
  /// Answers' pictures are links, whatever the platform could show. Before the first message.
  void send_no_pictures() { traits_.text.media.reset(); }
  void send(const pipeline::Outbound& message, pipeline::Done<std::string> done) override;
  void partial(pipeline::PartialKind kind, const pipeline::Inbound& to, const std::string& turn,
               std::string_view text) override;
  void typing(const pipeline::Inbound& to, bool on) override;
  pipeline::FetchId fetch(const pipeline::Attachment& attachment, std::uint64_t max_bytes,
                          pipeline::Done<pipeline::FetchedMedia> done) override;
  void cancel_fetch(pipeline::FetchId id) override;
  void react(const pipeline::Inbound& message, const std::string& emoji, bool on) override;

 private:
  struct Waiting;
  void flush(const std::shared_ptr<Waiting>& waiting);

  Instance& instance_;
  runtime::Loop& home_;
  ChannelDeadlines deadlines_;
  pipeline::ChannelTraits traits_;
  /// Shared with what is under way on the channel's loop.
  std::shared_ptr<ChannelCalls<std::string>> sends_;
  std::shared_ptr<ChannelCalls<pipeline::FetchedMedia>> fetches_;
  /// Text that waits for the channel's loop, shared with the task posted there; one a turn.
  std::map<std::string, std::shared_ptr<Waiting>> waiting_;
};

}  // namespace openclaw::host
