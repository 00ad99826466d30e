// A host in memory: drives one plugin instance in a unit test, without daemon, network or clock.
//
// Single-threaded. What would run on the strand is queued; run() runs it. Time moves by advance().
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::testing {

using sdk::Failure;
using sdk::Headers;

struct Completion {
  std::optional<Failure> failure;
  std::string json;
  std::string body;
};

struct HttpCall {
  oc_op op = 0;
  std::string method, url, body, proxy;
  Headers headers;
  std::uint32_t flags = 0, connect_ms = 0, first_byte_ms = 0, idle_ms = 0, total_ms = 0;
  std::uint64_t max_bytes = 0;
  bool cancelled = false, paused = false;
  [[nodiscard]] std::string header(std::string_view name) const;  ///< exact name, or empty
};

/// An outgoing WebSocket or byte stream that the plugin asked for.
struct Connection {
  struct Sent {
    std::string payload;
    std::uint32_t flags = 0;  ///< OC_SEND_*
  };
  oc_op op = 0;
  std::string url;
  Headers headers;
  std::uint32_t connect_ms = 0, idle_ms = 0;
  std::uint64_t max_message = 0;
  bool open = false, cancelled = false, paused = false;
  std::vector<Sent> sent;
  std::optional<std::uint32_t> closed_with;  ///< the code that the plugin closed it with
};

struct Emitted {
  oc_op op = 0;
  std::uint32_t kind = 0;
  std::string data;
};

struct Reply {
  std::uint32_t status = 0;
  Headers headers;
  std::string body;
};

/// An oc_attachment that owns its strings; view() borrows them.
struct OwnedAttachment {
  std::string mime, name, ref;
  std::uint64_t bytes = 0;
  [[nodiscard]] oc_attachment view() const;
};

/// An oc_message that owns its strings; view() borrows them.
struct OwnedMessage {
  std::uint32_t flags = 0;
  std::int64_t ts_ms = 0;
  std::string event_id, idem_key, chat_id, thread_id, sender_id, sender_name, message_id, reply_to,
      turn_id, text, extra_json;
  std::vector<OwnedAttachment> attachments{};
  std::string plain{};
  /// With an array for the attachments, when there are any, that lives as long as this does and
  /// until the next call.
  [[nodiscard]] oc_message view() const;
  static OwnedMessage from(const oc_message& m);

 private:
  mutable std::vector<oc_attachment> views_{};
};

struct Submitted {
  oc_op op = 0;
  OwnedMessage message;
};

struct LogLine {
  std::uint32_t level = 0;
  std::string event, fields;
};

class FakeHost {
 public:
  FakeHost();
  ~FakeHost();  ///< destroys the instance
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  /// Creates the instance; the reason when the plugin refused, else empty.
  std::string create(const oc_plugin_api& api, std::string_view name, std::string_view config_json);
  void destroy();
  [[nodiscard]] oc_inst* instance() const { return inst_; }  ///< for slots called directly

  // The plugin's slots. Each returns the op; look for its completion after run().
  oc_op start();
  oc_op quiesce();
  oc_op stop();
  void cancel(oc_op op);
  oc_op send(const OwnedMessage& message);
  void partial(std::uint32_t kind, std::string_view chat, std::string_view turn,
               std::string_view text, std::string_view thread = {},
               std::string_view extra_json = {});
  void typing(std::string_view chat, bool on, std::string_view thread = {},
              std::string_view extra_json = {});
  oc_op fetch(const OwnedAttachment& attachment, std::uint64_t max_bytes);
  void react(std::string_view chat, std::string_view message, std::string_view emoji, bool on,
             std::string_view thread = {}, std::string_view extra_json = {});
  oc_op chat(std::string_view body_json, std::uint32_t flags, std::string_view model);
  const void* ext(std::string_view id);

  void run();  ///< runs what is queued, until nothing is
  /// Moves the clock and fires what is due, one moment after the other: all that is due at the same
  /// moment before what it queued, cancellations too, as a real loop does.
  void advance(std::uint64_t ms);
  [[nodiscard]] std::size_t timers() const;

  /// The op's completion, once it came.
  [[nodiscard]] const Completion* completion(oc_op op) const;
  /// Completions of unknown or already completed ops: a contract test expects none.
  [[nodiscard]] int wrong_completions() const { return wrong_completions_; }
  [[nodiscard]] std::size_t open_ops() const { return open_.size(); }
  /// What chat() emitted as text, joined.
  [[nodiscard]] std::string text(oc_op op) const;

  // Outgoing HTTP: calls in order of request; the test answers.
  std::deque<HttpCall> http;
  bool http_full = false;  ///< the host takes no more requests: the plugin's get op 0
  HttpCall* last_http() { return http.empty() ? nullptr : &http.back(); }
  [[nodiscard]] bool http_open(oc_op op) const;
  void head(oc_op op, std::uint32_t status, const Headers& headers = {});
  void data(oc_op op, std::string_view chunk);
  void finish(oc_op op);
  /// All three at once, before what is queued: a cancellation that comes too late, say.
  void respond(oc_op op, std::uint32_t status, std::string_view body, const Headers& headers = {});
  void fail(oc_op op, const Failure& failure);

  // Outgoing connections, in order of connect(); the test is the peer.
  std::deque<Connection> connections;
  Connection* last_connection() { return connections.empty() ? nullptr : &connections.back(); }
  oc_status connection_send_answer = OC_OK;  ///< what sends return on an open connection
  void connection_open(oc_op op);
  void connection_data(oc_op op, std::string_view payload, bool binary = false);
  void connection_closed(oc_op op, std::uint32_t code = 1000, std::string_view reason = {});
  /// Also ends one with an error: fail(op, failure).

  // Incoming HTTP and WebSockets.
  [[nodiscard]] bool has_route(std::string_view method, std::string_view path) const;
  /// The plugin's reply, once it came; runs the queue first. Empty: not replied yet; see replies.
  std::optional<Reply> request(std::string_view method, std::string_view path,
                               const Headers& headers = {}, std::string_view body = {},
                               std::string_view query = {});
  std::map<oc_op, Reply> replies;
  [[nodiscard]] std::set<std::string> websocket_paths() const;
  oc_op ws_open(std::string_view path, const Headers& headers = {});
  void ws_message(oc_op ws, std::string_view payload, bool binary = false);
  void ws_closed(oc_op ws, std::uint32_t code = 1000);
  std::map<oc_op, std::vector<std::string>> ws_sent;
  std::map<oc_op, std::uint32_t> ws_closed_by_plugin;

  // Inbound: with auto_accept each submit completes with "accepted" at the next run().
  bool auto_accept = true;
  std::vector<Submitted> submitted;
  void accept(oc_op submit_op, std::string_view outcome = "accepted");
  void refuse(oc_op submit_op, const Failure& failure);
  std::string history_json = "[]";
  std::vector<OwnedMessage> history_asked, stops_asked;
  /// With false a history() stays open until answer_history(), or fail(), of its op.
  bool auto_history = true;
  std::vector<oc_op> history_ops;
  void answer_history(oc_op op);

  std::map<std::string, std::string> secrets;
  /// Stands for the host's parser: each line of the text is a paragraph, unescaped.
  std::function<std::string(std::string_view markdown)> html = paragraphs;
  static std::string paragraphs(std::string_view markdown);
  /// Stands for the host's renderer: **this** is bold in HTML, and without markup "this".
  std::function<std::optional<std::pair<std::string, std::string>>(std::string_view markdown)>
      last_message = bold;
  static std::optional<std::pair<std::string, std::string>> bold(std::string_view markdown);
  struct Value {
    std::string bytes;
    std::uint64_t version = 0;
    bool operator==(const Value&) const = default;
  };
  std::map<std::string, Value> state;
  /// What every read and write of `state` fails with, while it is set.
  std::optional<Failure> state_failure;
  /// While set, reads of `state` are not answered; release_state() answers them.
  bool state_held = false;
  void release_state();
  /// What only one of several gateways may do: by default it is this one's as soon as it is wanted.
  bool leases_granted = true;
  std::set<std::string> wanted;  ///< those that the plugin asked for and has not released
  [[nodiscard]] bool holds(const std::string& name) const { return held_.contains(name); }
  void grant(const std::string& name);  ///< call run() then
  void take_away(const std::string& name);
  /// By the clock it is over, and nobody has been called yet.
  void lapse(const std::string& name) { held_.erase(name); }
  /// By the clock it is this one's again, and nobody is called.
  void renew(const std::string& name) { held_.insert(name); }
  std::uint32_t other_gateways = 0;
  std::vector<std::pair<std::string, std::string>> told;  ///< topic, text
  void hear(std::string_view topic, std::string_view text);

  std::vector<Emitted> emitted;
  oc_status emit_answer = OC_OK;
  std::vector<LogLine> logs;
  std::uint32_t log_level = OC_LOG_DEBUG;  ///< what is below is not written
  std::vector<std::pair<std::uint32_t, std::string>> statuses;
  std::vector<std::uint32_t> evidence;
  std::map<std::string, double> metrics;

 private:
  struct Services;
  struct Pending {
    oc_done_fn done = nullptr;
    oc_http_callbacks callbacks{};
    oc_connection_callbacks connection{};
    void* user = nullptr;
    bool is_http = false;
    bool has_data = false;
    std::string collected;
    std::uint32_t status = 0;
  };
  oc_op next_op() { return next_op_++; }
  oc_op open_op();
  oc_op expect(oc_done_fn done, void* user);
  void finish_pending(oc_op op, const std::optional<Failure>& failure, std::string json,
                      std::string body);
  void give_head(oc_op op, std::uint32_t status, const Headers& headers);
  void give_data(oc_op op, std::string_view chunk);
  void give_end(oc_op op);

  std::unique_ptr<Services> services_;
  const oc_plugin_api* plugin_ = nullptr;
  oc_inst* inst_ = nullptr;
  oc_op next_op_ = 1;
  std::int64_t now_ms_ = 1'000'000;
  std::deque<std::function<void()>> queue_;
  std::deque<std::function<void()>> held_reads_;
  std::multimap<std::int64_t, oc_op> timers_;
  std::map<oc_op, Pending> pending_;
  struct Wish {
    oc_lease_changed changed = nullptr;
    void* user = nullptr;
  };
  void change_lease(const std::string& name, bool held);
  std::map<std::string, Wish> wishes_;
  std::set<std::string> held_;
  oc_told listener_ = nullptr;
  void* listener_user_ = nullptr;
  std::set<oc_op> open_;
  std::map<oc_op, Completion> completed_;
  int wrong_completions_ = 0;
  struct RouteEntry {
    void (*fn)(oc_inst*, void*, oc_op, const oc_route_request*) noexcept = nullptr;
    void* user = nullptr;
  };
  std::map<std::pair<std::string, std::string>, RouteEntry> routes_;
  struct SocketEntry {
    oc_ws_events events{};
    void* user = nullptr;
  };
  std::map<std::string, SocketEntry> sockets_;
  std::map<oc_op, SocketEntry> open_sockets_;
  std::vector<std::string> metric_names_;
};

}  // namespace openclaw::testing
