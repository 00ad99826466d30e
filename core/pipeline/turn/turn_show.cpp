#include "core/pipeline/turn/turn_show.hpp"

#include <algorithm>
#include <utility>

#include "core/pipeline/commands/commands.hpp"

namespace openclaw::pipeline {

TurnShow::TurnShow(runtime::Loop& loop, ChannelPort* channel,
                   const std::vector<WaitingMessage>& messages, std::string turn_id)
    : loop_(loop), channel_(channel), messages_(messages), turn_id_(std::move(turn_id)) {}

TurnShow::~TurnShow() {
  end();
}

const ChatAddress& TurnShow::where() const {
  return messages_.back().message.from;
}

void TurnShow::type(std::unique_ptr<TypingIndicator> shown) {
  typing_ = std::move(shown);
  if (typing_ != nullptr) return;
  if (channel_ == nullptr || !channel_->traits().typing) return;
  if (std::none_of(messages_.begin(), messages_.end(),
                   [](const WaitingMessage& m) { return expects_answer(m.message); })) {
    return;
  }
  typing_ = std::make_unique<TypingIndicator>(loop_, *channel_, messages_.back().message);
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
  typing_.reset();
  if (std::exchange(open_, false)) partial(PartialKind::end, {});
}

}  // namespace openclaw::pipeline
