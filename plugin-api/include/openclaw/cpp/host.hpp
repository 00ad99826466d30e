// The host's services with C++ types: callbacks are std::function, failures are values.
//
// Every method is [strand] unless marked. A callback runs on the strand, at most once where it is a
// completion, and never after the plugin object is destroyed.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "openclaw/cpp/failure.hpp"
#include "openclaw/entry.h"
#include "openclaw/host/cluster.h"
#include "openclaw/host/connection.h"
#include "openclaw/host/http.h"
#include "openclaw/host/inbound.h"
#include "openclaw/host/log.h"
#include "openclaw/host/markup.h"
#include "openclaw/host/metrics.h"
#include "openclaw/host/route.h"
#include "openclaw/host/secret.h"
#include "openclaw/host/state.h"
#include "openclaw/host/status.h"
#include "openclaw/host/stream.h"
#include "openclaw/host/timer.h"

namespace openclaw::sdk {

using Header = std::pair<std::string, std::string>;
using Headers = std::vector<Header>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  std::string proxy;
  std::uint32_t connect_ms = 0, first_byte_ms = 0, idle_ms = 0, total_ms = 0;  ///< 0 = default
  std::uint64_t max_bytes = 0;
  bool public_only = false;
};

struct HttpHandler {
  std::function<void(std::uint32_t status, const Headers&)> head;
  std::function<void(std::string_view)> data;  ///< absent: the body comes with done
  /// `status` is 0 on failure before a head came.
  std::function<void(std::optional<Failure>, std::uint32_t status, std::string body)> done;
};

/// See openclaw/host/connection.h.
struct ConnectRequest {
  std::string url;
  Headers headers;
  std::uint32_t connect_ms = 0, idle_ms = 0;
  std::uint64_t max_message = 0;
};

struct ConnectionHandler {
  std::function<void()> open;
  std::function<void(std::string_view payload, bool binary)> data;
  /// Last. `json` as the ABI says: the peer's closing code.
  std::function<void(std::optional<Failure>, std::string_view json)> done;
};

/// What any other completion carries.
using Done = std::function<void(std::optional<Failure>, std::string_view json, std::string body)>;

struct RouteRequest {
  std::string_view method, path, query, body, client_ip;
  const oc_kv* headers = nullptr;
  std::uint64_t n_headers = 0;
  /// The first header of that name (any case), or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct WebSocketHandler {
  std::function<void(oc_op ws, const RouteRequest&)> open;
  std::function<void(oc_op ws, std::string_view payload, bool binary)> message;
  std::function<void(oc_op ws, std::uint32_t code)> closed;
};

class Host {
 public:
  Host(oc_host* host, const oc_host_api* api);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // Operations that the host gave us.
  void complete(oc_op op, std::string_view json = {}, std::string body = {});  ///< [any]
  void fail(oc_op op, const Failure& failure);                                 ///< [any]
  oc_status emit(oc_op op, std::uint32_t kind, std::string_view data);

  // Operations that we give to the host; 0 = refused, and then no callback follows.
  oc_op http(const HttpRequest& request, HttpHandler handler);
  void pause(oc_op http_op, bool paused);
  oc_op connect(const ConnectRequest& request, ConnectionHandler handler);
  oc_status connection_send(oc_op connection, std::string_view payload, std::uint32_t flags = 0);
  void connection_close(oc_op connection, std::uint32_t code = 1000, std::string_view reason = {});
  void connection_pause(oc_op connection, bool paused);
  oc_op after(std::uint64_t ms, std::function<void()> fn);
  oc_op submit(const oc_message& message, Done done);
  oc_op history(const oc_message& chat, std::uint32_t limit, Done done);
  oc_op stop_turn(const oc_message& chat, Done done);
  oc_op state_get(std::string_view key, Done done);
  oc_op state_put(std::string_view key, std::string_view value, std::uint64_t expect, Done done);
  oc_op state_erase(std::string_view key, Done done);

  // Of several gateways; where the host knows of none, everything is this one's.
  /// Calls `changed` when what only one gateway may do is this one's, and when it is no longer.
  oc_status want(const std::string& name, std::function<void(bool held)> changed);
  void release(const std::string& name);
  [[nodiscard]] bool held(std::string_view name) const;  ///< [any] at this moment, by the clock
  [[nodiscard]] std::uint32_t others() const;            ///< [any]
  oc_status tell(std::string_view topic, std::string_view text);
  /// What the same instance tells in other gateways; until the instance ends.
  void listen(std::function<void(std::string_view topic, std::string_view text)> told);

  /// [any] The completion still comes, but for a timer: cancelled on the strand, its fn is dropped
  /// at once.
  void cancel(oc_op op);

  // Routes live as long as the instance.
  oc_status route(std::string_view method, std::string_view path,
                  std::function<void(oc_op, const RouteRequest&)> handler);
  void reply(oc_op op, std::uint32_t status, const Headers& headers, std::string body);
  oc_status websocket(std::string_view path, const std::vector<std::string>& origins,
                      WebSocketHandler handler);
  oc_status ws_send(oc_op ws, std::string_view payload, bool binary = false);
  void ws_close(oc_op ws, std::uint32_t code, std::string_view reason);

  [[nodiscard]] bool logs(std::uint32_t level) const;  ///< [any]
  void log(std::uint32_t level, std::string_view event,
           std::string_view fields_json = {});                     ///< [any]
  void status(std::uint32_t state, std::string_view reason = {});  ///< [any] OC_STATE_*
  void evidence(std::uint32_t kind);                               ///< [any] OC_EVIDENCE_*
  [[nodiscard]] bool secret_equals(std::string_view key, std::string_view presented) const;
  oc_status hmac_sha256(std::string_view key, std::string_view data, std::uint8_t out[32]) const;
  /// [any] What oc_markup's html() makes of it; nothing when the host has none, or refuses.
  [[nodiscard]] std::optional<std::string> html(std::string_view markdown) const;
  /// [any] What oc_markup's last_message() makes of it: the text, and the same without markup,
  /// empty where there is none. Nothing as with html(), and for a blank text.
  struct Rendered {
    std::string text, plain;
  };
  [[nodiscard]] std::optional<Rendered> last_message(std::string_view markdown) const;
  std::uint32_t define_counter(std::string_view name, std::string_view help);
  std::uint32_t define_gauge(std::string_view name, std::string_view help);
  void add(std::uint32_t metric, double value);  ///< [any]
  void set(std::uint32_t metric, double value);  ///< [any]
  [[nodiscard]] std::int64_t now_ms() const;     ///< [any] monotonic
  [[nodiscard]] std::int64_t unix_ms() const;    ///< [any]
  /// [any] `fn` is destroyed where it never runs: maybe on another thread, and after the plugin.
  void post(std::function<void()> fn);

  /// Logs an exception that reached the boundary, for the barrier.
  void caught(std::string_view slot) noexcept;

 private:
  struct Pending;  // one callback, owned until it completed or the host object goes
  template <class T>
  const T* service(std::string_view id) const;
  Pending* keep(std::unique_ptr<Pending> pending);
  void drop(Pending* pending);
  oc_op track(Pending* pending, oc_op op);
  static void on_done(oc_inst*, void* user, oc_op, const oc_error*, oc_str json,
                      oc_buf body) noexcept;

  oc_host* host_;
  const oc_host_api* api_;
  const oc_log* log_;
  const oc_http* http_;
  const oc_connection* connection_;
  const oc_cluster* cluster_;
  const oc_timer* timer_;
  const oc_inbound* inbound_;
  const oc_state* state_;
  const oc_route* route_;
  const oc_stream* stream_;
  const oc_status_service* status_;
  const oc_secret* secret_;
  const oc_metrics* metrics_;
  const oc_markup* markup_;
  std::list<std::unique_ptr<Pending>> pending_;
  std::unordered_map<std::string, Pending*> wishes_;  ///< of want(), by name
  Pending* listener_ = nullptr;
  std::unordered_map<oc_op, Pending*> timers_;  ///< those that have not run out
};

}  // namespace openclaw::sdk
