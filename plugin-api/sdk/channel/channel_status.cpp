#include "openclaw/cpp/channel/channel_status.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::sdk {

void ChannelStatus::set(std::uint32_t state, std::string reason) {
  connection_ = State{state, std::move(reason)};
  tell();
}

void ChannelStatus::token_refused(const std::string& reason) {
  token_refused_ = reason;
  tell();
}

void ChannelStatus::token_works() {
  if (std::exchange(token_refused_, std::nullopt)) tell();
}

void ChannelStatus::refused(const std::string& chat, const std::string& why) {
  closed_.refused(chat, why, host_.now_ms());
  tell();
}

void ChannelStatus::sent(const std::string& chat) {
  closed_.sent(chat);
  tell();
}

void ChannelStatus::stop() {
  stopped_ = true;
  host_.cancel(std::exchange(timer_, 0));
}

void ChannelStatus::tell() {
  if ((!connection_ && !token_refused_) || stopped_) return;
  State now = token_refused_ ? State{OC_STATE_FAILED, *token_refused_} : *connection_;
  const auto trouble = closed_.trouble(host_.now_ms());
  if (trouble && now.state == OC_STATE_CONNECTED) now = {OC_STATE_DEGRADED, *trouble};
  if (timer_ == 0 && trouble) {
    const std::int64_t in_ms = closed_.changes_at_ms().value_or(0) - host_.now_ms();
    timer_ = host_.after(static_cast<std::uint64_t>(std::max<std::int64_t>(in_ms, 1)), [this] {
      timer_ = 0;
      tell();
    });
  }
  if (told_ == now) return;
  host_.status(now.state, now.reason);
  told_ = std::move(now);
}

}  // namespace openclaw::sdk
