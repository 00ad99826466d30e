// Carries a channel's calls from its own loop to the pipeline's, and the answers back.
#pragma once

#include <utility>
#include <vector>

#include "core/host/environment.hpp"
#include "core/pipeline/pipeline.hpp"

namespace openclaw::daemon {

class InboundBridge final : public host::InboundSink {
 public:
  explicit InboundBridge(runtime::Loop& home) : home_(home) {}
  /// Before any channel starts.
  void connect(pipeline::Pipeline& pipeline) { pipeline_ = &pipeline; }

  void submit(pipeline::Inbound message, pipeline::Done<pipeline::Submitted> done) override {
    home_.post([this, m = std::move(message), d = back(std::move(done))]() mutable {
      pipeline_->submit(std::move(m), std::move(d));
    });
  }
  void history(pipeline::Inbound chat, std::uint32_t limit,
               pipeline::Done<pipeline::History> done) override {
    home_.post([this, c = std::move(chat), limit, d = back(std::move(done))]() mutable {
      pipeline_->history(std::move(c), limit, std::move(d));
    });
  }
  void stop(pipeline::Inbound chat, pipeline::Done<std::size_t> done) override {
    home_.post([this, c = std::move(chat), d = back(std::move(done))]() mutable {
      pipeline_->stop_turns(c, std::move(d));
    });
  }

 private:
  /// `done`, called on the loop that is current now.
  template <class T>
  static pipeline::Done<T> back(pipeline::Done<T> done) {
    return [loop = runtime::Loop::current(), d = std::move(done)](Result<T> result) mutable {
      loop->post([dd = std::move(d), r = std::move(result)]() mutable { dd(std::move(r)); });
    };
  }

  runtime::Loop& home_;
  pipeline::Pipeline* pipeline_ = nullptr;
};

}  // namespace openclaw::daemon
