#include "core/pipeline/progress/typing.hpp"

#include <utility>

namespace openclaw::pipeline {

namespace {
constexpr runtime::Millis kRefresh{6000};
}

bool expects_answer(const Inbound& message) {
  return message.from.kind == ChatKind::direct || message.mentioned;
}

TypingIndicator::TypingIndicator(runtime::Loop& loop, ChannelPort& channel, Inbound to)
    : loop_(loop), channel_(channel), to_(std::move(to)) {
  show();
}

TypingIndicator::~TypingIndicator() {
  loop_.cancel(refresh_);
  channel_.typing(to_, false);
}

void TypingIndicator::show_again() {
  loop_.cancel(refresh_);
  show();
}

bool TypingIndicator::in_chat_of(const Inbound& message) const {
  return to_.instance == message.instance && to_.from.chat_id == message.from.chat_id &&
         to_.from.thread_id == message.from.thread_id;
}

void TypingIndicator::show() {
  channel_.typing(to_, true);
  refresh_ = loop_.after(kRefresh, [this] { show(); });
}

void WaitingIndicators::waits(const std::string& session, std::uint64_t id, ChannelPort* channel,
                              const Inbound& message) {
  if (channel == nullptr || !channel->traits().typing || !expects_answer(message)) return;
  const auto it = shown_.find(session);
  if (it == shown_.end() && shown_.size() == kMost) return;
  Shown& shown = it == shown_.end() ? shown_[session] : it->second;
  shown.id = id;
  // No message of a burst is a signal of its own: platforms limit those.
  if (shown.indicator != nullptr && shown.indicator->in_chat_of(message)) {
    shown.indicator->follow(message);
    return;
  }
  shown.indicator.reset();  // its end comes before the new one's begin
  shown.indicator = std::make_unique<TypingIndicator>(loop_, *channel, message);
}

void WaitingIndicators::show_again(const std::string& session) {
  const auto it = shown_.find(session);
  if (it != shown_.end()) it->second.indicator->show_again();
}

std::unique_ptr<TypingIndicator> WaitingIndicators::take(const std::string& session,
                                                         std::uint64_t id) {
  const auto it = shown_.find(session);
  if (it == shown_.end() || it->second.id != id) return nullptr;
  auto indicator = std::move(it->second.indicator);
  shown_.erase(it);
  return indicator;
}

}  // namespace openclaw::pipeline
