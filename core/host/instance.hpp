// One plugin instance: its life, its operations, and the guard around every call into its code.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/host/call_error.hpp"
#include "core/host/environment.hpp"
#include "core/host/inflow.hpp"
#include "core/host/library.hpp"
#include "core/host/manifest.hpp"
#include "core/host/operations.hpp"
#include "core/host/secrets.hpp"
#include "core/http/egress/client.hpp"
#include "core/runtime/loop.hpp"
#include "openclaw/entry.h"
#include "openclaw/host/connection.h"
#include "openclaw/host/http.h"
#include "openclaw/host/route.h"

namespace openclaw::host {

class Handover;

using CallDone = runtime::UniqueFunction<void(std::optional<CallError>, std::string_view json,
                                              std::string body)>;
/// False ends the call as cancelled.
using CallEmit = std::function<bool(std::uint32_t kind, std::string_view data)>;

enum class InstanceState : std::uint8_t {
  connecting,
  connected,
  degraded,
  failed,
  stopped,
  standby,  ///< of several gateways another has the connection
};
const char* to_string(InstanceState state);

struct InstanceStatus {
  InstanceState state = InstanceState::connecting;
  std::string reason;
  bool came_up = false;  ///< or failed for good: has been something else than connecting
  std::int64_t since_unix_ms = 0;
  std::int64_t told_unix_ms = 0;              ///< the same may be told again
  std::optional<bool> can_receive, can_send;  ///< from evidence; nullopt = none yet
  std::int64_t received_unix_ms = 0, sent_unix_ms = 0;

  /// Connected, here or by another gateway; or degraded in a way that keeps nothing from coming in
  /// or going out, as when one chat is closed to the bot.
  [[nodiscard]] bool is_up() const {
    if (state == InstanceState::connected || state == InstanceState::standby) return true;
    return state == InstanceState::degraded && can_receive == true && can_send != false;
  }
};

/// How long the host waits for a plugin.
struct Deadlines {
  runtime::Millis start{30000}, quiesce{15000}, stop{5000};
  runtime::Millis reply{30000};  ///< to an HTTP request that the plugin was given
};

/// How much one instance may have under way.
struct Limits {
  std::size_t calls = 100000;    ///< host to plugin
  std::size_t requests = 20000;  ///< plugin to host
  std::size_t replies = 10000;   ///< HTTP requests that wait for the plugin
  std::size_t sockets = 20000;
  std::size_t inflow = 10000;  ///< HTTP requests and new WebSockets that its loop has not taken yet
  std::size_t inflow_bytes = std::size_t{64} << 20U;  ///< theirs, and those of WebSocket messages
};

class Instance {
 public:
  struct Setup {
    std::string name;  ///< "telegram", "telegram/work", "openai"
    Manifest manifest;
    std::shared_ptr<Library> library;  ///< shared by the instances of one file
    std::string section_json;
    runtime::Loop& loop;
    http::egress::Client& egress;  ///< of the same loop
    Environment& environment;
    Deadlines deadlines{};
    Limits limits{};
  };

  explicit Instance(Setup setup);
  ~Instance();  ///< destroy() was called, or create() never succeeded
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // The life, on the instance's loop. Errors are one-line reasons. destroy() is not called inside a
  // call into the plugin; what is open then fails, and nothing is delivered afterwards.
  Result<void> create();
  void start(runtime::UniqueFunction<void(Result<void>)> done);
  void quiesce(runtime::UniqueFunction<void()> done);
  void stop(runtime::UniqueFunction<void()> done);
  void destroy();

  // Calls into the plugin, on its loop.
  /// Opens an op, has `issue` pass it to a slot, and waits for its completion at most `deadline`.
  /// `done` is called exactly once, never inside. 0 when the instance takes no calls.
  oc_op call(const char* slot, runtime::Millis deadline, CallEmit emit, CallDone done,
             const std::function<void(oc_inst*, oc_op)>& issue);
  /// Asks the plugin to end `op`; its done still comes.
  void cancel(oc_op op);
  /// A call without an op.
  void tell(const char* slot, const std::function<void(oc_inst*)>& issue);
  template <class Slots>
  const Slots* slots(std::string_view id) const {
    return static_cast<const Slots*>(slots_for(id));
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  [[nodiscard]] runtime::Loop& loop() const { return loop_; }
  [[nodiscard]] Environment& environment() const { return env_; }
  [[nodiscard]] const Secrets& secrets() const { return secrets_; }
  /// A storage instance's own pointer, for slots that are called on pool threads.
  [[nodiscard]] oc_inst* storage_inst() const { return inst_; }
  [[nodiscard]] InstanceStatus status() const;               ///< [any thread]
  void set_status(InstanceState state, std::string reason);  ///< [any thread]
  void note_evidence(std::uint32_t kind);                    ///< [any thread]
  /// [any thread] Also called after each change of state, on the thread that made it.
  void on_status(std::function<void(const InstanceStatus&)> changed);
  /// [any thread] When the call into the plugin that runs now began; nullopt when none runs.
  [[nodiscard]] std::optional<runtime::TimePoint> in_call_since() const;
  /// [any thread] No further call goes in; open ops fail. For the watchdog.
  void fence(const std::string& reason);
  [[nodiscard]] bool fenced() const { return fenced_.load(); }
  [[nodiscard]] const Deadlines& deadlines() const { return deadlines_; }

  // ---- for core/host/services ----

  /// A connection that the plugin asked for.
  struct Link {
    oc_connection_callbacks callbacks{};
    std::string host;    ///< where it leads, for secrets
    bool stood = false;  ///< it was open
    std::unique_ptr<http::egress::Connection> connection;
  };
  /// What the plugin asked of the host and still waits for.
  struct Request {
    oc_done_fn done = nullptr;
    void* user = nullptr;
    oc_http_callbacks http{};
    http::egress::TransferId transfer = 0;
    runtime::TimerId timer{};
    std::uint32_t status = 0;
    std::unique_ptr<Link> link{};
  };
  struct Socket;

  static Instance& of(oc_host* host) { return *reinterpret_cast<Instance*>(host); }
  oc_host* as_host() { return reinterpret_cast<oc_host*>(this); }
  [[nodiscard]] bool alive() const { return inst_ != nullptr && !fenced_.load(); }
  /// Runs `fn(inst)` under the watchdog's eyes, unless the instance is gone or fenced.
  template <class Fn>
  void enter(const char* slot, Fn&& fn) {
    if (!alive()) return;
    const auto before = begin_call();
    fn(inst_);
    end_call(slot, before);
  }
  oc_status complete(oc_op op, std::optional<CallError> error, std::string json, std::string body);
  oc_status emit(oc_op op, std::uint32_t kind, std::string_view data);
  /// Completes a plugin's request.
  void answer(oc_op op, const std::optional<CallError>& error, std::string_view json,
              std::string body);
  Operations<Request>& requests() { return requests_; }
  /// HTTP requests that the plugin has and has not answered.
  Operations<std::shared_ptr<Handover>>& replies() { return replies_; }
  Operations<std::shared_ptr<Socket>>& sockets() { return sockets_; }
  /// [any thread] What connections ask before they post anything to the instance's loop.
  [[nodiscard]] const std::shared_ptr<Inflow>& inflow() const { return inflow_; }
  http::egress::Client& egress() { return egress_; }
  /// What the plugin asked the cluster for, by name; false inside once it was released, for what is
  /// on its way to it. To be used on the loop.
  std::map<std::string, std::shared_ptr<bool>>& wishes() { return wishes_; }
  void remember_route(std::string method, std::string path);
  /// Whether the plugin may serve `path`, and what a caller must show.
  [[nodiscard]] std::optional<http::Auth> route_auth(std::string_view path) const;
  /// Weak handle for callbacks that may outlive the instance: null inside once destroyed.
  [[nodiscard]] std::shared_ptr<Instance*> handle() const { return handle_; }
  void log(log::Level level, std::string_view event, std::initializer_list<log::Field> fields);

 private:
  struct Entered {
    runtime::TimePoint at;
    runtime::SteadyClock::rep outer;
  };
  Entered begin_call();
  void end_call(const char* slot, Entered before);
  struct Call {
    const char* slot = "";
    CallEmit emit;
    CallDone done;
    runtime::TimerId deadline{};
    bool issuing = false;
    bool cancelled = false;
    bool unheard = false;   ///< the receiver refused an emit: it gets no more
    bool unusable = false;  ///< the receiver could not use an emit: the call has failed
  };
  [[nodiscard]] const void* slots_for(std::string_view id) const;
  void settle(oc_op op, std::optional<CallError> error, std::string json, std::string body);
  /// The receiver threw: the op fails, whatever the plugin still says about it.
  void give_up(oc_op op, const char* slot);
  void fail_open_calls(const CallError& error);
  /// Lets go of what the plugin asked for and of whom it serves, without calling into it.
  void drop_requests(std::string_view why);
  Result<void> check_slots();
  void let_go_of_leases();
  void change_status(InstanceState state, std::string reason, bool by_fence);

  std::string name_;
  Manifest manifest_;
  std::shared_ptr<Library> library_;  ///< shared by the instances of one file
  std::string section_json_;
  runtime::Loop& loop_;
  http::egress::Client& egress_;
  Environment& env_;
  Secrets secrets_;
  std::optional<Error> unusable_;  ///< the section, for create()
  std::shared_ptr<Instance*> handle_;
  std::shared_ptr<Inflow> inflow_;  ///< shared with the connections' side of its routes
  oc_inst* inst_ = nullptr;
  Deadlines deadlines_;
  Operations<Call> calls_;
  Operations<Request> requests_;
  Operations<std::shared_ptr<Handover>> replies_;
  Operations<std::shared_ptr<Socket>> sockets_;
  std::map<std::string, std::shared_ptr<bool>> wishes_;
  std::vector<std::pair<std::string, std::string>> routes_;
  std::string slots_id_;         ///< "oc.channel/1"
  const void* slots_ = nullptr;  ///< what ext() gave for it
  std::atomic<runtime::SteadyClock::rep> in_call_{0};
  std::atomic<bool> fenced_{false};
  runtime::TimePoint last_slow_log_{};
  mutable std::mutex status_mutex_;
  InstanceStatus status_;
  std::vector<std::function<void(const InstanceStatus&)>> status_changed_;
};

}  // namespace openclaw::host
