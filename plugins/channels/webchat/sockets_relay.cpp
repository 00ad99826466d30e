// What happens here and in other gateways, in the same order: shown to the tabs here; what happened
// here is told to the other gateways. What was heard is never told again.
#include <algorithm>

#include "sockets.hpp"

namespace openclaw::webchat {

namespace {

/// The others notice a gateway that has just begun only after a moment, and tell it nothing before.
constexpr std::uint64_t kNoticedMs = 5'000;

Event event_of(Event::Kind kind, std::string_view turn = {}) {
  Event event;
  event.kind = kind;
  event.turn = turn;
  return event;
}

}  // namespace

void Sockets::listen() {
  host_.listen([this](std::string_view, std::string_view text) {
    if (const auto event = decode_event(text)) heard(*event);
  });
  noticed_timer_ = host_.after(kNoticedMs, [this] {
    noticed_timer_ = 0;
    if (host_.others() > 0) chats_.each([this](Chat& chat) { begin_afresh(chat); });
  });
}

// What happens here.

Chat::Delivery Sockets::deliver(Chat& chat, const oc_message& message) {
  const auto delivery = chat.deliver(sdk::view(message.idem_key), sdk::view(message.turn_id),
                                     sdk::view(message.text), host_.unix_ms());
  if (!delivery.message) return delivery;
  if (tell(chat, *delivery.message)) host_.evidence(OC_EVIDENCE_SENT);
  Event event = event_of(Event::Kind::answer, delivery.message->turn);
  event.id = sdk::copy(message.idem_key);
  event.text = delivery.message->text;
  event.ts = delivery.message->ts;
  relay_.tell(chat, std::move(event));
  return delivery;
}

void Sockets::partial(const oc_partial& p) {
  Chat& here = chat(sdk::view(p.chat_id), sdk::view(p.thread_id));
  const std::string_view turn = sdk::view(p.turn_id);
  switch (p.kind) {
    case OC_PARTIAL_BEGIN:
      begin_turn(here, turn);
      return relay_.tell(here, event_of(Event::Kind::begin, turn));
    case OC_PARTIAL_TEXT: {
      const auto at = here.live_bytes(turn);
      add_text(here, turn, sdk::view(p.text));
      // What this gateway keeps no more of, the others would not either.
      if (at && *at + p.text.len == here.live_bytes(turn)) {
        relay_.tell_text(here, turn, *at, sdk::view(p.text));
      }
      return;
    }
    case OC_PARTIAL_RESET:
      reset_text(here, turn);
      return relay_.tell(here, event_of(Event::Kind::reset, turn));
    case OC_PARTIAL_END:
      end_turn(here, turn);
      return relay_.tell(here, event_of(Event::Kind::end, turn));
    default:
      return;  // a later minor's kind: send() carries the whole text anyway
  }
}

void Sockets::typing(const oc_typing& typing) {
  Chat& here = chat(sdk::view(typing.chat_id), sdk::view(typing.thread_id));
  broadcast(here, here.set_typing(typing.on != 0, host_.unix_ms()));
  Event event = event_of(Event::Kind::typing);
  event.on = typing.on != 0;
  relay_.tell(here, std::move(event));
}

void Sockets::said(Chat& chat, const ChatMessage& message) {
  tell(chat, message);
  // Anybody can say what is refused, and each notice is a write to the store.
  if (chat.access() == Access::kRefused) return;
  Event event = event_of(Event::Kind::message);
  event.id = message.id;
  event.text = message.text;
  event.ts = message.ts;
  event.files = message.files;
  relay_.tell(chat, std::move(event));
}

// What happens elsewhere.

void Sockets::heard(const Event& event) {
  if (event.origin == relay_.origin()) return;
  Chat& chat = chats_.open(event.sender, event.conversation, host_.now_ms());
  const bool whole = chat.follows(event.origin, event.n) && event.kind != Event::Kind::lost;
  if (event.access == "allowed") chat.set_access(Access::kAllowed);
  if (event.access == "refused") chat.set_access(Access::kRefused);
  show(chat, event);
  if (!whole) begin_afresh(chat);
}

void Sockets::show(Chat& chat, const Event& event) {
  switch (event.kind) {
    case Event::Kind::message: {
      const auto message =
          chat.user_message({event.id, event.text}, chat.access(), event.ts, event.files);
      if (message) tell(chat, *message);
      return;
    }
    case Event::Kind::answer: {
      const auto delivery = chat.deliver(event.id, event.turn, event.text, event.ts);
      if (delivery.message) tell(chat, *delivery.message);
      return;
    }
    case Event::Kind::begin:
      return begin_turn(chat, event.turn);
    case Event::Kind::text:
      // Behind a gap it would show words without those before them; the answer comes whole.
      if (chat.live_bytes(event.turn) == event.at) add_text(chat, event.turn, event.text);
      return;
    case Event::Kind::reset:
      return reset_text(chat, event.turn);
    case Event::Kind::end:
      return end_turn(chat, event.turn);
    case Event::Kind::typing:
      broadcast(chat, chat.set_typing(event.on, host_.unix_ms()));
      return;
    case Event::Kind::lost:
      return;
  }
}

/// Its tabs may have missed something. They come back, and read the conversation from the store.
void Sockets::begin_afresh(Chat& chat) {
  chats_.renew(chat);
  const auto tabs = chat.connections;
  for (const auto ws : tabs) close(ws, kCloseRestart, "events may have been missed");
}

}  // namespace openclaw::webchat
