// One chat on its way: from the request to the end of the HTTP answer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "openclaw/cpp/provider/chat_client.hpp"
#include "openclaw/cpp/provider/progress_deadline.hpp"
#include "openclaw/cpp/sse.hpp"

namespace openclaw::sdk {

/// Lives until the HTTP operation is done, which may be after its op was answered.
class ChatClient::Transfer final : public ChatSink {
 public:
  Transfer(Host& host, const ErrorMap& errors, oc_op chat, bool streams, ProgressDeadline limits)
      : op(chat), stream(streams), deadline(limits), host_(host), errors_(errors) {}

  void emit(std::uint32_t kind, std::string_view data) override;
  void progress() override { deadline.progress(host_.now_ms()); }

  void head(std::uint32_t status, const Headers& headers);
  /// A piece of the body. A failure ends the op; answered() may have become true.
  std::optional<Failure> data(std::string_view chunk);
  /// The end of the HTTP operation; `body` when it was not given to data().
  std::optional<Failure> finish(const std::optional<Failure>& failure, std::string_view body);

  /// The protocol's terminal event came: what follows in the body is of no interest.
  [[nodiscard]] bool complete() const { return stream && parser->complete(); }

  const oc_op op;
  const bool stream;
  ProgressDeadline deadline;
  std::unique_ptr<ChatParser> parser;
  oc_op http = 0, timer = 0;
  bool answered = false;

 private:
  std::optional<Failure> events();
  std::optional<Failure> one(const SseEvent& event);

  Host& host_;
  const ErrorMap& errors_;
  SseDecoder sse_;
  std::uint32_t status_ = 0;
  Headers headers_;        // of an answer that is not a completion
  std::string collected_;  // its body
  bool foreign_ = false;   // the answer is not an event stream
  bool unheard_ = false;   // nobody listens any more
};

}  // namespace openclaw::sdk
