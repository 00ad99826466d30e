#include "relay.hpp"

#include <algorithm>
#include <optional>

#include "chats.hpp"

namespace openclaw::webchat {

namespace {
constexpr std::string_view kTopic = "chat";
/// A text is told before it is so long that its JSON may be too long.
constexpr std::size_t kMaxTextAtOnce = std::size_t{64} * 1024;
}  // namespace

Relay::Told& Relay::of(const Chat& chat) {
  Told& told = told_[{chat.sender(), chat.conversation()}];
  told.used_ms = host_.now_ms();
  return told;
}

void Relay::tell(const Chat& chat, Event event) {
  if (stopped_ || host_.others() == 0) return;
  Told& told = of(chat);
  const Key key{chat.sender(), chat.conversation()};
  flush(key, told);
  event.access = chat.access_word();
  put(key, told, std::move(event));
}

void Relay::tell_text(const Chat& chat, std::string_view turn, std::size_t at,
                      std::string_view text) {
  if (stopped_ || host_.others() == 0 || text.empty()) return;
  Told& told = of(chat);
  const Key key{chat.sender(), chat.conversation()};
  Event& gathered = told.text;
  const bool follows = gathered.turn == turn && gathered.at + gathered.text.size() == at;
  if (!follows || gathered.text.size() >= kMaxTextAtOnce) flush(key, told);
  if (gathered.text.empty()) {
    gathered.kind = Event::Kind::text;
    gathered.turn = turn;
    gathered.at = at;
  }
  gathered.text += text;
  const std::int64_t left = told.text_told_ms + kTextEveryMs - host_.now_ms();
  if (told.text_told_ms == 0 || left <= 0) return flush(key, told);
  flush_later(left);
}

void Relay::flush(const Key& key, Told& told) {
  if (told.text.text.empty()) return;
  told.text_told_ms = host_.now_ms();
  put(key, told, std::exchange(told.text, {}));
}

void Relay::flush_later(std::int64_t ms) {
  if (text_timer_ != 0) return;
  text_timer_ = host_.after(static_cast<std::uint64_t>(std::max<std::int64_t>(1, ms)), [this] {
    text_timer_ = 0;
    flush_due();
  });
}

void Relay::flush_due() {
  const std::int64_t now = host_.now_ms();
  std::optional<std::int64_t> next;
  for (auto& [key, told] : told_) {
    if (told.text.text.empty()) continue;
    const std::int64_t left = told.text_told_ms + kTextEveryMs - now;
    if (left <= 0) {
      flush(key, told);
    } else {
      next = std::min(next.value_or(left), left);
    }
  }
  if (next) flush_later(*next);
}

void Relay::put(const Key& key, Told& told, Event event) {
  event.origin = origin_;
  event.n = ++told.n;
  event.sender = key.first;
  event.conversation = key.second;
  std::string text = encode(event);
  if (text.size() > kMaxEvent) {
    Event lost;
    lost.origin = origin_;
    lost.n = event.n;
    lost.sender = key.first;
    lost.conversation = key.second;
    text = encode(lost);
  }
  send(std::move(text));
}

void Relay::send(std::string text) {
  if (waiting_.empty() && host_.tell(kTopic, text) != OC_E_AGAIN) return;
  if (waiting_.size() < kMaxWaiting) waiting_.push_back(std::move(text));
  if (again_timer_ != 0) return;
  again_timer_ = host_.after(kAgainMs, [this] {
    again_timer_ = 0;
    send_waiting();
  });
}

void Relay::send_waiting() {
  while (!waiting_.empty() && host_.tell(kTopic, waiting_.front()) != OC_E_AGAIN) {
    waiting_.pop_front();
  }
  if (waiting_.empty()) return;
  again_timer_ = host_.after(kAgainMs, [this] {
    again_timer_ = 0;
    send_waiting();
  });
}

void Relay::sweep() {
  const std::int64_t now = host_.now_ms();
  std::erase_if(told_, [now](const auto& entry) {
    return entry.second.text.text.empty() && now >= entry.second.used_ms + kChatIdleMs;
  });
}

void Relay::stop() {
  stopped_ = true;
  host_.cancel(std::exchange(text_timer_, 0));
  host_.cancel(std::exchange(again_timer_, 0));
}

}  // namespace openclaw::webchat
