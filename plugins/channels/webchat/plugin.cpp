// The chat page's channel: carries frames between WebSockets, conversations and the host.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "chats.hpp"
#include "connections.hpp"
#include "identity.hpp"
#include "openclaw/cpp/plugin.hpp"
#include "page.hpp"
#include "protocol.hpp"

namespace openclaw::webchat {

using nlohmann::json;
using sdk::Failure;
using sdk::str;
using sdk::view;

constexpr std::uint32_t kHistoryEntries = 200;
constexpr std::uint64_t kSweepMs = 30'000;
constexpr std::string_view kMainConversation = "main";

/// "webchat" → "", "webchat/work" → "/work".
std::string account_suffix(std::string_view name) {
  const auto slash = name.find('/');
  return slash == std::string_view::npos ? std::string{} : std::string(name.substr(slash));
}

std::vector<std::string> read_origins(std::string_view config_json) {
  const json config = json::parse(config_json.empty() ? "{}" : config_json, nullptr, false);
  if (!config.is_object()) throw sdk::Refused("the webchat section must be a mapping");
  std::vector<std::string> origins;
  const auto it = config.find("allowedOrigins");
  if (it == config.end()) return origins;
  if (!it->is_array()) throw sdk::Refused("webchat.allowedOrigins must be a list of origins");
  for (const auto& origin : *it) {
    if (!origin.is_string()) {
      throw sdk::Refused("webchat.allowedOrigins must hold origins like https://example.com");
    }
    origins.push_back(origin.get<std::string>());
  }
  return origins;
}

class WebChat final : public sdk::Channel {
 public:
  static constexpr std::uint32_t kCaps =
      OC_CHANNEL_IDEMPOTENT | OC_CHANNEL_PARTIALS | OC_CHANNEL_TYPING;

  WebChat(sdk::Host& h, std::string_view name, std::string_view config_json)
      : Channel(h),
        suffix_(account_suffix(name)),
        origins_(read_origins(config_json)),
        page_("/chat" + suffix_),
        chats_(std::to_string(h.unix_ms())) {}

  void start(oc_op op) override {
    if (const auto failure = add_routes()) {
      host().post([this, op, failure] { host().fail(op, *failure); });
      return;
    }
    sweep_later();
    host().status(OC_STATE_CONNECTED);
    host().post([this, op] { host().complete(op); });
  }

  void quiesce(oc_op op) override {
    draining_ = true;
    host().post([this, op] { host().complete(op); });
  }

  void stop(oc_op op) override {
    draining_ = true;
    host().cancel(sweep_timer_);
    host().cancel(hello_timer_);
    for (const auto ws : connections_.all()) close(ws, kCloseRestart, "the gateway is stopping");
    host().post([this, op] { host().complete(op); });
  }

  void send(oc_op op, const oc_message& message) override {
    Chat& chat = chat_of(view(message.chat_id), view(message.thread_id));
    const auto delivery = chat.deliver(view(message.idem_key), view(message.turn_id),
                                       view(message.text), host().unix_ms());
    if (!delivery.frame.empty() && broadcast(chat, delivery.frame)) {
      host().evidence(OC_EVIDENCE_SENT);
    }
    // Also without a tab: the ring and the transcript show it to the next one.
    host().post([this, op, receipt = json{{"message_id", delivery.message_id}}.dump()] {
      host().complete(op, receipt);
    });
  }

  void partial(const oc_partial& p) override {
    Chat& chat = chat_of(view(p.chat_id), view(p.thread_id));
    const auto turn = view(p.turn_id);
    switch (p.kind) {
      case OC_PARTIAL_BEGIN:
        broadcast(chat, chat.begin_turn(turn));
        break;
      case OC_PARTIAL_TEXT:
        broadcast(chat, chat.add_text(turn, view(p.text)));
        break;
      case OC_PARTIAL_RESET:
        broadcast(chat, chat.reset_text(turn));
        break;
      case OC_PARTIAL_END:
        broadcast(chat, chat.end_turn(turn, host().unix_ms()));
        break;
      default:
        break;  // a later minor's kind: send() carries the whole text anyway
    }
  }

  void typing(std::string_view sender, std::string_view thread, bool on) override {
    Chat& chat = chat_of(sender, thread);
    broadcast(chat, chat.set_typing(on, host().unix_ms()));
  }

 private:
  std::optional<Failure> add_routes() {
    for (const auto& path : page_.paths()) {
      const auto status = host().route("GET", path, [this](oc_op op, const auto& request) {
        auto response = page_.get(request.path, request.header("if-none-match"));
        host().reply(op, response.status, response.headers, std::move(response.body));
      });
      if (status != OC_OK) return refused_route(path, status);
    }
    if (suffix_.empty()) {
      const auto status = host().route("GET", "/", [this](oc_op op, const auto&) {
        host().reply(op, 302, {{"Location", "/chat"}, {"Cache-Control", "no-cache"}}, {});
      });
      if (status != OC_OK) return refused_route("/", status);
    }
    const std::string path = "/channels/webchat" + suffix_ + "/ws";
    const auto status = host().websocket(
        path, origins_,
        {[this](oc_op ws, const auto& request) { opened(ws, request.client_ip); },
         [this](oc_op ws, std::string_view text, bool binary) { received(ws, text, binary); },
         [this](oc_op ws, std::uint32_t) { closed(ws); }});
    if (status != OC_OK) return refused_route(path, status);
    return std::nullopt;
  }

  static Failure refused_route(const std::string& path, oc_status status) {
    return {status, "the gateway refused the route " + path + "; is it taken by another plugin?",
            OC_EF_NOT_DONE};
  }

  // Connections.

  void opened(oc_op ws, std::string_view ip) {
    if (draining_) {
      host().ws_close(ws, kCloseRestart, "the gateway is stopping");
      return;
    }
    if (!connections_.open(ws, ip, host().now_ms())) {
      host().log(OC_LOG_WARN, "webchat.too_many_connections",
                 json{{"open", connections_.size()},
                      {"remedy", "limit connections per address in front of the gateway"}}
                     .dump());
      host().ws_close(ws, kCloseTryLater, "too many connections");
      return;
    }
    watch_hellos();
  }

  void received(oc_op ws, std::string_view text, bool binary) {
    Connection* connection = connections_.find(ws);
    if (connection == nullptr || connection->closing) return;
    connection->last_seen = host().now_ms();
    if (binary) return refuse(ws, {"binary", "frames must be text", {}, kCloseUnsupported});
    if (connection->frames.take(host().now_ms()) != 0) {
      return refuse(ws, {"rate_limited", "too many frames", {}, kClosePolicy});
    }
    const ClientFrame frame = parse_frame(text);
    if (const auto* invalid = std::get_if<Invalid>(&frame)) return refuse(ws, *invalid);
    if (const auto* hello = std::get_if<Hello>(&frame)) return greet(ws, *connection, *hello);
    if (!connection->greeted) {
      return refuse(ws, {"hello_required", "the first frame must be hello", {}, kClosePolicy});
    }
    if (const auto* say = std::get_if<Say>(&frame)) return submit(ws, *connection, *say);
    if (std::holds_alternative<StopTurn>(frame)) return stop_turn(ws, *connection);
    host().ws_send(ws, pong_frame());
  }

  void closed(oc_op ws) {
    if (const Connection* c = connections_.find(ws); c != nullptr && c->greeted) {
      if (Chat* chat = chats_.find(c->sender, c->conversation)) chat->connections.erase(ws);
    }
    connections_.close(ws);
  }

  void close(oc_op ws, std::uint32_t code, std::string_view reason) {
    if (Connection* c = connections_.find(ws)) c->closing = true;
    host().ws_close(ws, code, reason);
  }

  void refuse(oc_op ws, const Invalid& invalid) {
    host().ws_send(ws, error_frame(invalid.code, invalid.message, invalid.id));
    if (invalid.close != 0) close(ws, invalid.close, invalid.message);
  }

  void close_overdue() {
    for (const auto ws : connections_.overdue(host().now_ms())) {
      close(ws, connections_.find(ws)->greeted ? kCloseGoingAway : kClosePolicy, "timeout");
    }
  }

  /// One timer, set to the first connection that has not said hello: floods of short connections
  /// leave no timers behind.
  void watch_hellos() {
    if (hello_timer_ != 0) return;
    const auto deadline = connections_.first_hello_deadline();
    if (!deadline) return;
    const auto wait = std::max<std::int64_t>(1, *deadline - host().now_ms());
    hello_timer_ = host().after(static_cast<std::uint64_t>(wait), [this] {
      hello_timer_ = 0;
      close_overdue();
      watch_hellos();
    });
  }

  void sweep_later() {
    sweep_timer_ = host().after(kSweepMs, [this] {
      close_overdue();
      chats_.sweep(host().now_ms());
      sweep_later();
    });
  }

  // Conversations. The main one has no thread, so that it is the person's ordinary session.

  Chat& chat_of(std::string_view sender, std::string_view thread) {
    return chats_.open(sender, thread.empty() ? kMainConversation : thread, host().now_ms());
  }

  static oc_message address(const Chat& chat) {
    oc_message m{};
    m.size = sizeof m;
    m.chat_id = str(chat.sender());
    m.sender_id = str(chat.sender());
    if (chat.conversation() != kMainConversation) m.thread_id = str(chat.conversation());
    m.attachment_stride = sizeof(oc_attachment);
    return m;
  }

  bool broadcast(const Chat& chat, std::string_view frame) {
    bool sent = false;
    for (const auto ws : chat.connections) {
      const Connection* c = connections_.find(ws);
      if (c == nullptr || !c->welcomed) continue;
      // A socket that just went is reported by closed().
      sent = host().ws_send(ws, frame) == OC_OK || sent;
    }
    return sent;
  }

  void greet(oc_op ws, Connection& connection, const Hello& hello) {
    if (connection.greeted) {
      return refuse(ws, {"already_greeted", "hello was said before", {}, kClosePolicy});
    }
    if (!valid_token(hello.token)) {
      return refuse(ws,
                    {"invalid_token", "token must be 22 to 128 of A-Za-z0-9_-", {}, kClosePolicy});
    }
    const std::string sender = sender_id(hello.token);
    if (!connections_.greet(ws, sender, hello.conversation)) {
      return refuse(ws,
                    {"too_many_tabs", "this person has 8 tabs open already", {}, kCloseTryLater});
    }
    Chat& chat = chats_.open(sender, hello.conversation, host().now_ms());
    chat.connections.insert(ws);
    if (chat.can_replay(hello.epoch, hello.after)) {
      return welcome(ws, chat, chat.resume(host().unix_ms()), hello.after);
    }
    const auto asked_at = chat.last_seq();
    const oc_op op = host().history(
        address(chat), kHistoryEntries,
        [this, ws, asked_at](const auto& failure, std::string_view entries, const std::string&) {
          welcome_afresh(ws, asked_at, failure, entries);
        });
    if (op == 0) welcome_afresh(ws, asked_at, Failure{OC_E_AGAIN, "busy"}, {});
  }

  void welcome_afresh(oc_op ws, std::uint64_t asked_at, const std::optional<Failure>& failure,
                      std::string_view entries) {
    const Connection* connection = connections_.find(ws);
    if (connection == nullptr || connection->closing) return;
    Chat* chat = chats_.find(connection->sender, connection->conversation);
    if (chat == nullptr) return;
    std::optional<std::vector<ChatMessage>> transcript;
    if (!failure) {
      chat->set_access(Access::kAllowed);
      transcript = parse_history(entries);
    } else if (failure->code == OC_E_AUTH) {
      chat->set_access(Access::kRefused);
    } else {
      host().log(OC_LOG_WARN, "webchat.history_failed",
                 json{{"reason", failure->message}, {"remedy", "check the storage"}}.dump());
    }
    // What came while the store was read may be missing from what it said. Without a transcript
    // the ring is the history.
    const auto from = transcript ? asked_at : chat->last_seq();
    welcome(ws, *chat, chat->afresh(std::move(transcript), host().unix_ms()), from);
  }

  void welcome(oc_op ws, const Chat& chat, const Welcome& w, std::uint64_t after) {
    if (Connection* c = connections_.find(ws)) c->welcomed = true;
    host().ws_send(ws, welcome_frame(w));
    for (const auto& frame : chat.missed(after)) host().ws_send(ws, frame);
  }

  // Messages.

  void submit(oc_op ws, Connection& connection, const Say& say) {
    if (draining_) {
      host().ws_send(ws, error_frame("restarting", "the gateway is stopping", say.id, 3000));
      return;
    }
    if (const auto wait = connection.messages.take(host().now_ms()); wait != 0) {
      host().ws_send(ws, error_frame("rate_limited", "too many messages", say.id, wait));
      return;
    }
    const Chat& chat = chats_.open(connection.sender, connection.conversation, host().now_ms());
    const std::int64_t ts = host().unix_ms();
    // Prefixed, so that nobody can use up another person's ids.
    const std::string event_id = chat.sender() + ":" + chat.conversation() + ":" + say.id;
    oc_message m = address(chat);
    m.ts_ms = ts;
    m.event_id = str(event_id);
    m.message_id = str(say.id);
    m.text = str(say.text);
    const oc_op op =
        host().submit(m, [this, ws, sender = chat.sender(), conversation = chat.conversation(), say,
                          ts](const auto& failure, std::string_view answer, const std::string&) {
          if (failure) return not_stored(ws, say.id, *failure);
          stored(ws, chats_.open(sender, conversation, host().now_ms()), say, ts,
                 parse_outcome(answer));
        });
    if (op == 0) not_stored(ws, say.id, {OC_E_AGAIN, "busy"});
  }

  void stored(oc_op ws, Chat& chat, const Say& say, std::int64_t ts, const std::string& outcome) {
    host().evidence(OC_EVIDENCE_RECEIVED);
    if (outcome != "duplicate") {
      const auto access = outcome == "refused" ? Access::kRefused : Access::kAllowed;
      const std::string frame = chat.user_message(say, access, ts);
      if (!frame.empty()) broadcast(chat, frame);
    }
    host().ws_send(ws, ack_frame(say.id, outcome));
  }

  void not_stored(oc_op ws, const std::string& id, const Failure& failure) {
    if (failure.code == OC_E_INVAL) {
      host().ws_send(ws, error_frame("invalid_message", failure.message, id));
      return;
    }
    const std::uint64_t wait = failure.retry_after_ms != 0 ? failure.retry_after_ms : 2000;
    host().ws_send(ws, error_frame("try_again", "the message could not be stored yet", id, wait));
  }

  void stop_turn(oc_op ws, const Connection& connection) {
    const Chat& chat = chats_.open(connection.sender, connection.conversation, host().now_ms());
    const auto report = [this, ws](const std::optional<Failure>& failure, std::string_view answer) {
      host().ws_send(ws, failure ? error_frame("stop_failed", failure->message)
                                 : stopped_frame(parse_stopped(answer)));
    };
    const oc_op op =
        host().stop_turn(address(chat), [report](const auto& failure, std::string_view answer,
                                                 const std::string&) { report(failure, answer); });
    if (op == 0) report(Failure{OC_E_AGAIN, "the gateway is busy"}, {});
  }

  std::string suffix_;
  std::vector<std::string> origins_;
  Page page_;
  Connections connections_;
  Chats chats_;
  oc_op sweep_timer_ = 0, hello_timer_ = 0;
  bool draining_ = false;
};

}  // namespace openclaw::webchat

OPENCLAW_PLUGIN(openclaw::webchat::WebChat, openclaw::sdk::ChannelSlots<openclaw::webchat::WebChat>,
                0)
