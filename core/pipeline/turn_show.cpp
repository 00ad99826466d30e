#include "core/pipeline/turn_show.hpp"

#include <algorithm>
#include <utility>

#include "core/pipeline/commands.hpp"

namespace openclaw::pipeline {

namespace {
constexpr runtime::Millis kTypingRefresh{6000};
}

TurnShow::TurnShow(runtime::Loop& loop, ChannelPort* channel,
                   const std::vector<WaitingMessage>& messages, std::string turn_id)
    : loop_(loop), channel_(channel), messages_(messages), turn_id_(std::move(turn_id)) {}

TurnShow::~TurnShow() {
  end();
}

const ChatAddress& TurnShow::where() const {
  return messages_.back().message.from;
}

void TurnShow::type() {
  if (std::exchange(types_, true)) return;
  if (channel_ == nullptr || !channel_->traits().typing) return;
  const bool expected =
      std::any_of(messages_.begin(), messages_.end(), [](const WaitingMessage& m) {
        return m.message.from.kind == ChatKind::direct || m.message.mentioned;
      });
  if (expected) keep_typing();
}

void TurnShow::keep_typing() {
  channel_->typing(messages_.back().message, true);
  typing_ = loop_.after(kTypingRefresh, [this] { keep_typing(); });
}

void TurnShow::begin() {
  if (channel_ == nullptr || !channel_->traits().partials || where().chat_id.empty()) return;
  open_ = true;
  partial(PartialKind::begin, {});
}

void TurnShow::grow(std::string_view text, std::string_view delta) {
  if (!visible_ && may_be_silent_reply(text)) return;
  show(visible_ ? delta : text);
}

void TurnShow::whole(std::string_view text) {
  if (!visible_) show(text);
}

void TurnShow::show(std::string_view text) {
  visible_ = true;
  if (open_) partial(PartialKind::text, text);
  for (const auto& m : messages_) {
    if (m.listener != nullptr) m.listener->text(text);
  }
}

void TurnShow::partial(PartialKind kind, std::string_view text) {
  channel_->partial(kind, messages_.back().message, turn_id_, text);
}

void TurnShow::end() {
  if (loop_.cancel(typing_)) channel_->typing(messages_.back().message, false);
  if (std::exchange(open_, false)) partial(PartialKind::end, {});
}

}  // namespace openclaw::pipeline
