// Answers as HTML for the pages that want it: what was told, what is told, and what grows.
#include <algorithm>
#include <utility>

#include "sockets.hpp"

namespace openclaw::webchat {

namespace {

constexpr std::int64_t kLookEveryMs = 20;  ///< for an answer whose HTML is due
/// Of what a welcome tells, its text and its HTML: older messages stay Markdown, so that it is soon
/// written, and sent. A single message that is longer stays Markdown too.
constexpr std::size_t kRenderedText = std::size_t{256} * 1024,
                      kRenderedHtml = std::size_t{1} << 20U;
/// So busy with rendering that who comes now sees the text as it was written.
constexpr std::int64_t kBusyMs = 250;

}  // namespace

bool Sockets::tell(const Chat& chat, const ChatMessage& message) {
  if (message.role == "user" || !has_html_tab(chat)) {
    return broadcast(chat, message_frame(message));
  }
  ChatMessage with_html = message;
  add_html(with_html);
  const bool html = broadcast(chat, message_frame(with_html), Tabs::of_html);
  const bool text =
      chat.connections.size() > 1 && broadcast(chat, message_frame(message), Tabs::of_text);
  return html || text;
}

/// Without, pages show the text as it is written.
void Sockets::add_html(ChatMessage& message) const {
  if (message.role == "user" || message.text.size() > kRenderedText) return;
  message.html = host_.html(message.text).value_or(std::string());
}

/// Each hello is free; reading a long history anew is not, nor what was missed.
void Sockets::add_html(Chat& chat, std::vector<ChatMessage>& history,
                       std::vector<ChatMessage>& missed) {
  const std::int64_t from = host_.now_ms();
  if (history.empty() && missed.empty()) return;
  if (pace_.wait_ms(from) > kBusyMs || !chat.may_render_history(from)) return;
  std::size_t text = 0, html = 0;
  for (auto* messages : {&missed, &history}) {
    for (auto m = messages->rbegin(); m != messages->rend(); ++m) {
      text += m->text.size();
      if (text > kRenderedText || html > kRenderedHtml) break;
      add_html(*m);
      html += m->html.size();
    }
  }
  pace_.rendered(from, host_.now_ms());
}

void Sockets::begin_turn(Chat& chat, std::string_view turn) {
  broadcast(chat, chat.begin_turn(turn));
}

void Sockets::add_text(Chat& chat, std::string_view turn, std::string_view text) {
  broadcast(chat, chat.add_text(turn, text), Tabs::of_text);
  show_live(chat, false);
}

void Sockets::reset_text(Chat& chat, std::string_view turn) {
  broadcast(chat, chat.reset_text(turn));
}

void Sockets::end_turn(Chat& chat, std::string_view turn) {
  show_live(chat, true);  // of a turn that was stopped no message follows
  broadcast(chat, chat.end_turn(turn, host_.unix_ms()));
}

void Sockets::show_live(Chat& chat, bool at_once) {
  if (!has_html_tab(chat)) return;
  const std::int64_t from = host_.now_ms();
  const std::string* text =
      at_once || pace_.wait_ms(from) == 0 ? chat.text_to_show(from, at_once) : nullptr;
  if (text == nullptr) return show_live_later(chat);
  // Without HTML (it would be too long) the message itself shows the text.
  auto html = host_.html(*text);
  pace_.rendered(from, host_.now_ms());
  broadcast(chat, chat.live_html(html ? std::move(*html) : chat.told_html(), host_.now_ms()),
            Tabs::of_html);
}

void Sockets::show_live_later(const Chat& chat) {
  if (!chat.shows_less_than_was_written()) return;
  const Behind entry{chat.sender(), chat.conversation()};
  if (std::find(behind_.begin(), behind_.end(), entry) == behind_.end()) behind_.push_back(entry);
  look_later();
}

// One timer for all, which shows one of them at a time: others have the loop in between.
void Sockets::look_later() {
  if (live_timer_ != 0 || behind_.empty()) return;
  const auto wait = std::max(pace_.wait_ms(host_.now_ms()), kLookEveryMs);
  live_timer_ = host_.after(static_cast<std::uint64_t>(wait), [this] {
    live_timer_ = 0;
    for (std::size_t left = behind_.size(); left > 0; --left) {
      const Behind entry = std::move(behind_.front());
      behind_.pop_front();
      Chat* chat = chats_.find(entry.first, entry.second);
      if (chat == nullptr || !chat->shows_less_than_was_written() || !has_html_tab(*chat)) continue;
      if (chat->text_to_show(host_.now_ms(), false) == nullptr) {
        behind_.push_back(entry);
        continue;
      }
      show_live(*chat, false);
      break;
    }
    look_later();
  });
}

}  // namespace openclaw::webchat
