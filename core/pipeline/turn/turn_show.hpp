// Shows a turn while it runs: that somebody types, and the text as it grows.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/ports.hpp"
#include "core/pipeline/progress/typing.hpp"
#include "core/pipeline/waiting_message.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {

class TurnShow {
 public:
  /// To the chat of the last of `messages`, where its `channel` (or null) can, and to all who
  /// listen. `messages` must outlive it.
  TurnShow(runtime::Loop& loop, ChannelPort* channel, const std::vector<WaitingMessage>& messages,
           std::string turn_id);
  ~TurnShow();  ///< ends it
  TurnShow(const TurnShow&) = delete;
  TurnShow& operator=(const TurnShow&) = delete;

  /// That somebody types, until the end, where an answer is waited for. `shown` is what the last
  /// message had while it waited, or null.
  void type(std::unique_ptr<TypingIndicator> shown);
  void begin();  ///< text may follow
  /// `text` has grown by `delta`. What may still turn out to be NO_REPLY is held back.
  void grow(std::string_view text, std::string_view delta);
  void whole(std::string_view text);  ///< shows what is held back, if it is
  void end();                         ///< again is no harm

  [[nodiscard]] bool visible() const { return visible_; }  ///< whether any text was shown

 private:
  void partial(PartialKind kind, std::string_view text);
  void show(std::string_view text);
  [[nodiscard]] const ChatAddress& where() const;

  runtime::Loop& loop_;
  ChannelPort* channel_;
  const std::vector<WaitingMessage>& messages_;
  std::string turn_id_;
  std::unique_ptr<TypingIndicator> typing_;
  bool open_ = false;  ///< the channel was told of a begin
  bool visible_ = false;
};

}  // namespace openclaw::pipeline
