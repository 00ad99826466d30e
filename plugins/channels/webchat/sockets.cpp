// Reads frames, asks the host, answers; the decisions are in Connections, Chats and the protocol.
#include "sockets.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "identity.hpp"

namespace openclaw::webchat {

using nlohmann::json;
using sdk::Failure;
using sdk::str;

namespace {

constexpr std::uint32_t kHistoryEntries = 200;
constexpr std::uint64_t kSweepMs = 30'000;
constexpr std::int64_t kTellFullEveryMs = 60'000;
constexpr std::string_view kMainConversation = "main";

/// The main conversation has no thread, so that it is the person's ordinary session.
oc_message address(const Chat& chat) {
  oc_message m{};
  m.size = sizeof m;
  m.chat_id = str(chat.sender());
  m.sender_id = str(chat.sender());
  if (chat.conversation() != kMainConversation) m.thread_id = str(chat.conversation());
  m.attachment_stride = sizeof(oc_attachment);
  return m;
}

}  // namespace

Sockets::Sockets(sdk::Host& host, FileStore& files, std::string instance)
    : host_(host),
      chats_(random_id()),
      relay_(host, random_id()),
      files_(files),
      transfers_(host, files),
      instance_(std::move(instance)) {}

void Sockets::start() {
  listen();
  sweep_later();
}

void Sockets::drain() {
  draining_ = true;
}

void Sockets::stop() {
  draining_ = true;
  host_.cancel(sweep_timer_);
  host_.cancel(hello_timer_);
  host_.cancel(live_timer_);
  host_.cancel(noticed_timer_);
  relay_.stop();
  for (const auto ws : connections_.all()) close(ws, kCloseRestart, "the gateway is stopping");
}

// Connections.

void Sockets::opened(oc_op ws, std::string_view ip) {
  if (draining_) {
    host_.ws_close(ws, kCloseRestart, "the gateway is stopping");
    return;
  }
  if (!connections_.open(ws, ip, host_.now_ms())) {
    tell_full();
    host_.ws_close(ws, kCloseTryLater, "too many connections");
    return;
  }
  watch_hellos();
}

/// Anybody can cause it without a key, so it must not fill the log.
void Sockets::tell_full() {
  ++refused_;
  const auto now = host_.now_ms();
  if (told_full_at_ && now - *told_full_at_ < kTellFullEveryMs) return;
  told_full_at_ = now;
  host_.log(OC_LOG_WARN, "webchat.too_many_connections",
            json{{"open", connections_.size()},
                 {"refused", std::exchange(refused_, 0)},
                 {"remedy", "limit connections per address in front of the gateway"}}
                .dump());
}

void Sockets::received(oc_op ws, std::string_view text, bool binary) {
  Connection* connection = connections_.find(ws);
  if (connection == nullptr || connection->closing) return;
  connection->last_seen = host_.now_ms();
  if (binary && !connection->greeted) {
    return refuse(ws, {"binary", "the first frame must be text", {}, kCloseUnsupported});
  }
  // A piece waits for the one before it to be stored: the storage is its limit.
  if (binary && transfers_.awaits(ws)) return transfers_.piece(ws, text);
  if (connection->frames.take(host_.now_ms()) != 0) {
    return refuse(ws, {"rate_limited", "too many frames", {}, kClosePolicy});
  }
  if (binary) return transfers_.piece(ws, text);
  const ClientFrame frame = parse_frame(text, connection->greeted);
  if (const auto* invalid = std::get_if<Invalid>(&frame)) return refuse(ws, *invalid);
  if (const auto* hello = std::get_if<Hello>(&frame)) return greet(ws, *connection, *hello);
  if (const auto* say = std::get_if<Say>(&frame)) return submit(ws, *connection, *say);
  if (std::holds_alternative<StopTurn>(frame)) return stop_turn(ws, *connection);
  if (const auto* file = std::get_if<Announce>(&frame)) return announce(ws, *connection, *file);
  if (const auto* wanted = std::get_if<GetFile>(&frame)) return get_file(ws, *connection, *wanted);
  if (const auto* unwanted = std::get_if<DropFile>(&frame)) {
    return transfers_.drop(ws, connection->sender, unwanted->file);
  }
  host_.ws_send(ws, pong_frame());
}

void Sockets::closed(oc_op ws) {
  if (const Connection* c = connections_.find(ws); c != nullptr && c->greeted) {
    if (Chat* chat = chats_.find(c->sender, c->conversation)) chat->connections.erase(ws);
  }
  transfers_.closed(ws);
  connections_.close(ws);
}

void Sockets::close(oc_op ws, std::uint32_t code, std::string_view reason) {
  if (Connection* c = connections_.find(ws)) c->closing = true;
  host_.ws_close(ws, code, reason);
}

void Sockets::refuse(oc_op ws, const Invalid& invalid) {
  host_.ws_send(ws, error_frame(invalid.code, invalid.message, invalid.id));
  if (invalid.close != 0) close(ws, invalid.close, invalid.message);
}

void Sockets::close_overdue() {
  for (const auto ws : connections_.overdue(host_.now_ms())) {
    close(ws, connections_.find(ws)->greeted ? kCloseGoingAway : kClosePolicy, "timeout");
  }
}

// One timer, set to the first connection that has not said hello: floods of short connections
// leave no timers behind.
void Sockets::watch_hellos() {
  if (hello_timer_ != 0) return;
  const auto deadline = connections_.first_hello_deadline();
  if (!deadline) return;
  const auto wait = std::max<std::int64_t>(1, *deadline - host_.now_ms());
  hello_timer_ = host_.after(static_cast<std::uint64_t>(wait), [this] {
    hello_timer_ = 0;
    close_overdue();
    watch_hellos();
  });
}

void Sockets::sweep_later() {
  sweep_timer_ = host_.after(kSweepMs, [this] {
    close_overdue();
    chats_.sweep(host_.now_ms());
    relay_.sweep();
    transfers_.sweep();
    files_.sweep();
    sweep_later();
  });
}

// Conversations.

Chat& Sockets::chat(std::string_view sender, std::string_view thread) {
  return chats_.open(sender, thread.empty() ? kMainConversation : thread, host_.now_ms());
}

bool Sockets::broadcast(const Chat& chat, std::string_view frame) {
  return broadcast(chat, frame, Tabs::all);
}

bool Sockets::broadcast(const Chat& chat, std::string_view frame, Tabs tabs) {
  bool sent = false;
  for (const auto ws : chat.connections) {
    const Connection* c = connections_.find(ws);
    if (c == nullptr || !c->welcomed) continue;
    if (tabs != Tabs::all && c->html != (tabs == Tabs::of_html)) continue;
    // A socket that just went is reported by closed().
    sent = host_.ws_send(ws, frame) == OC_OK || sent;
  }
  return sent;
}

bool Sockets::has_html_tab(const Chat& chat) {
  return std::any_of(chat.connections.begin(), chat.connections.end(), [this](std::uint64_t ws) {
    const Connection* c = connections_.find(ws);
    return c != nullptr && c->welcomed && c->html;
  });
}

void Sockets::greet(oc_op ws, Connection& connection, const Hello& hello) {
  if (connection.greeted) {
    return refuse(ws, {"already_greeted", "hello was said before", {}, kClosePolicy});
  }
  if (!valid_token(hello.token)) {
    return refuse(ws,
                  {"invalid_token", "token must be 22 to 128 of A-Za-z0-9_-", {}, kClosePolicy});
  }
  const std::string sender = sender_id(hello.token);
  if (!connections_.greet(ws, sender, hello.conversation)) {
    return refuse(ws, {"too_many_tabs", "this person has 8 tabs open already", {}, kCloseTryLater});
  }
  connection.html = hello.html && host_.html({}).has_value();
  Chat& chat = chats_.open(sender, hello.conversation, host_.now_ms());
  chat.connections.insert(ws);
  if (chat.can_replay(hello.epoch, hello.after)) {
    return welcome(ws, chat, chat.resume(host_.unix_ms()), hello.after);
  }
  const auto asked_at = chat.last_seq();
  const oc_op op = host_.history(
      address(chat), kHistoryEntries,
      [this, ws, asked_at](const auto& failure, std::string_view entries, const std::string&) {
        welcome_afresh(ws, asked_at, failure, entries);
      });
  if (op == 0) welcome_afresh(ws, asked_at, Failure{OC_E_AGAIN, "busy"}, {});
}

void Sockets::welcome_afresh(oc_op ws, std::uint64_t asked_at,
                             const std::optional<Failure>& failure, std::string_view entries) {
  const Connection* connection = connections_.find(ws);
  if (connection == nullptr || connection->closing) return;
  Chat* chat = chats_.find(connection->sender, connection->conversation);
  if (chat == nullptr) return;
  std::optional<std::vector<ChatMessage>> transcript;
  if (!failure) {
    chat->set_access(Access::kAllowed);
    transcript = parse_history(entries, instance_);
  } else if (failure->code == OC_E_AUTH) {
    chat->set_access(Access::kRefused);
  } else {
    host_.log(OC_LOG_WARN, "webchat.history_failed",
              json{{"reason", failure->message}, {"remedy", "check the storage"}}.dump());
  }
  // What came while the store was read may be missing from what it said. Without a transcript
  // the ring is the history.
  const auto from = transcript ? asked_at : chat->last_seq();
  welcome(ws, *chat, chat->afresh(std::move(transcript), host_.unix_ms()), from);
}

void Sockets::welcome(oc_op ws, Chat& chat, Welcome w, std::uint64_t after) {
  // Where the page stands before the missed messages: cut in between, it asks for the rest again.
  w.seq = after;
  w.file_bytes = files_.index().limits().file_bytes;
  Connection* c = connections_.find(ws);
  if (c != nullptr) c->welcomed = true;
  const bool html = c != nullptr && c->html;
  std::vector<ChatMessage> missed = chat.missed(after);
  if (html) add_html(chat, w.history, missed);
  if (html && w.live) w.live->html = chat.told_html();
  host_.ws_send(ws, welcome_frame(w));
  for (const ChatMessage& message : missed) host_.ws_send(ws, message_frame(message));
  // Without a tab nothing was rendered.
  if (html) show_live(chat, pace_.wait_ms(host_.now_ms()) == 0);
}

// Messages.

void Sockets::submit(oc_op ws, Connection& connection, const Say& say) {
  if (draining_) {
    host_.ws_send(ws, error_frame("restarting", "the gateway is stopping", say.id, 3000));
    return;
  }
  if (const auto wait = connection.messages.take(host_.now_ms()); wait != 0) {
    host_.ws_send(ws, error_frame("rate_limited", "too many messages", say.id, wait));
    return;
  }
  files_.know(say.files, [this, ws, say] { submit_known(ws, say); });
}

void Sockets::submit_known(oc_op ws, const Say& say) {
  const Connection* known = connections_.find(ws);
  if (known == nullptr || known->closing) return;
  const Connection& connection = *known;
  std::vector<MessageFile> files;
  for (const std::string& id : say.files) {
    const StoredFile* file = files_.index().find(id, connection.sender);
    if (file == nullptr) return refuse(ws, {"file_gone", "there is no such file", say.id, 0});
    files.push_back({file->id, file->name, file->mime, file->bytes});
  }
  std::vector<oc_attachment> attachments;
  for (const MessageFile& f : files) {
    attachments.push_back(
        {sizeof(oc_attachment), 0, str(f.mime), str(f.name), str(f.file), f.bytes});
  }
  const Chat& chat = chats_.open(connection.sender, connection.conversation, host_.now_ms());
  const std::int64_t ts = host_.unix_ms();
  // Prefixed, so that nobody can use up another person's ids.
  const std::string event_id = chat.sender() + ":" + chat.conversation() + ":" + say.id;
  oc_message m = address(chat);
  m.ts_ms = ts;
  m.event_id = str(event_id);
  m.message_id = str(say.id);
  m.text = str(say.text);
  m.attachments = attachments.data();
  m.n_attachments = static_cast<std::uint32_t>(attachments.size());
  const oc_op op =
      host_.submit(m, [this, ws, sender = chat.sender(), conversation = chat.conversation(), say,
                       files, ts](const auto& failure, std::string_view answer, const auto&) {
        if (failure) return not_stored(ws, say.id, *failure);
        stored(ws, chats_.open(sender, conversation, host_.now_ms()), say, files, ts,
               parse_outcome(answer));
      });
  if (op == 0) not_stored(ws, say.id, {OC_E_AGAIN, "busy"});
}

void Sockets::stored(oc_op ws, Chat& chat, const Say& say, std::vector<MessageFile> files,
                     std::int64_t ts, const std::string& outcome) {
  host_.evidence(OC_EVIDENCE_RECEIVED);
  if (outcome != "duplicate") {
    const auto access = outcome == "refused" ? Access::kRefused : Access::kAllowed;
    const auto message = chat.user_message(say, access, ts, std::move(files));
    if (message) said(chat, *message);
  }
  host_.ws_send(ws, ack_frame(say.id, outcome));
}

void Sockets::not_stored(oc_op ws, const std::string& id, const Failure& failure) {
  if (failure.code == OC_E_INVAL) {
    host_.ws_send(ws, error_frame("invalid_message", failure.message, id));
    return;
  }
  const std::uint64_t wait = failure.retry_after_ms != 0 ? failure.retry_after_ms : 2000;
  host_.ws_send(ws, error_frame("try_again", "the message could not be stored yet", id, wait));
}

// Files.

/// Only who may speak may fill the storage.
void Sockets::announce(oc_op ws, Connection& connection, const Announce& file) {
  if (draining_) {
    host_.ws_send(ws, error_frame("restarting", "the gateway is stopping", file.id, 3000));
    return;
  }
  if (const auto wait = connection.files.take(host_.now_ms()); wait != 0) {
    host_.ws_send(ws, error_frame("rate_limited", "too many files", file.id, wait));
    return;
  }
  const Chat& chat = chats_.open(connection.sender, connection.conversation, host_.now_ms());
  if (chat.access() == Access::kAllowed) return transfers_.announce(ws, connection.sender, file);
  const auto answered = [this, ws, file](const std::optional<Failure>& failure) {
    const Connection* c = connections_.find(ws);
    if (c == nullptr || c->closing) return;
    if (!failure) {
      chats_.open(c->sender, c->conversation, host_.now_ms()).set_access(Access::kAllowed);
      transfers_.announce(ws, c->sender, file);
    } else if (failure->code == OC_E_AUTH) {
      refuse(ws, {"no_access", "this person may not speak yet", file.id, 0});
    } else {
      host_.ws_send(ws, error_frame("try_again", "busy", file.id, 2000));
    }
  };
  const oc_op op = host_.history(
      address(chat), 1,
      [answered](const auto& failure, std::string_view, const auto&) { answered(failure); });
  if (op == 0) answered(Failure{OC_E_AGAIN, "busy"});
}

void Sockets::get_file(oc_op ws, Connection& connection, const GetFile& wanted) {
  connection.frames.give_back();
  if (const auto wait = connection.parts.take(host_.now_ms()); wait != 0) {
    host_.ws_send(ws, file_error_frame("rate_limited", "too fast", wanted.file, wait));
    return;
  }
  transfers_.get(ws, connection.sender, wanted);
}

void Sockets::stop_turn(oc_op ws, const Connection& connection) {
  const Chat& chat = chats_.open(connection.sender, connection.conversation, host_.now_ms());
  const auto report = [this, ws](const std::optional<Failure>& failure, std::string_view answer) {
    host_.ws_send(ws, failure ? error_frame("stop_failed", failure->message)
                              : stopped_frame(parse_stopped(answer)));
  };
  const oc_op op =
      host_.stop_turn(address(chat), [report](const auto& failure, std::string_view answer,
                                              const std::string&) { report(failure, answer); });
  if (op == 0) report(Failure{OC_E_AGAIN, "the gateway is busy"}, {});
}

}  // namespace openclaw::webchat
