// Runs transfers on one libcurl multi handle inside a loop.
#include "core/http/egress/client.hpp"

#include <curl/curl.h>

#include <unordered_map>
#include <vector>

#include "core/http/egress/socket_watch.hpp"
#include "core/http/egress/transfer.hpp"

namespace openclaw::http::egress {
namespace {

constexpr std::size_t kept_handles = 64;
constexpr long kept_connections = 256;

}  // namespace

/// Shared with posted tasks, and with the calls into libcurl that are on the stack: a callback may
/// destroy the client, and libcurl must not be cleaned up under itself.
struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
  explicit Impl(runtime::Loop& on)
      : loop(on),
        sockets(on.io(), [this](curl_socket_t socket, int events) { drive(socket, events); }) {}

  void open(const Limits& limits) {
    // Counted and safe from any thread in this libcurl; never undone, since a resolver's thread may
    // outlive every client.
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::bad_alloc();
    multi = curl_multi_init();
    if (multi == nullptr) throw std::bad_alloc();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kept_connections);
    // Further transfers wait inside libcurl.
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, limits.connections);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, limits.per_host);
  }

  ~Impl() {
    // Cleaning up calls back into on_socket and on_close, which still find everything here.
    for (auto& [id, transfer] : transfers) {
      if (transfer->easy() != nullptr) curl_multi_remove_handle(multi, transfer->easy());
    }
    transfers.clear();
    idle.clear();
    if (multi != nullptr) curl_multi_cleanup(multi);
  }

  /// The client is gone: nobody is called back any more.
  void abandon() {
    gone = true;
    loop.cancel(curl_timer);
    for (auto& [id, transfer] : transfers) {
      transfer->cancel();
      loop.cancel(transfer->timer);
    }
  }

  // Entering libcurl. Nothing but its callbacks runs inside.
  template <class Call>
  void inside(Call call) {
    auto hold = shared_from_this();
    ++depth;
    call();
    --depth;
    if (depth == 0 && !gone) collect();
    // Should this be the last share: not under the feet of the callers, which belong to this
    // object.
    if (gone) loop.post([last = std::move(hold)] {});
  }

  void drive(curl_socket_t socket, int events) {
    if (gone) return;
    inside([&] {
      int running = 0;
      curl_multi_socket_action(multi, socket, events, &running);
    });
  }

  /// Reports what libcurl has finished.
  void collect() {
    int left = 0;
    while (!gone) {
      const CURLMsg* const message = curl_multi_info_read(multi, &left);
      if (message == nullptr) break;
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      finish(transfer->id(), code);
    }
  }

  void finish(TransferId id, CURLcode code) {
    const auto found = transfers.find(id);
    if (found == transfers.end()) return;
    const std::unique_ptr<Transfer> transfer = std::move(found->second);
    transfers.erase(found);
    loop.cancel(transfer->timer);
    Result<std::string> outcome = transfer->outcome(code);
    if (transfer->easy() != nullptr) {
      ++depth;
      curl_multi_remove_handle(multi, transfer->easy());
      --depth;
      Easy easy = transfer->take_easy();
      if (idle.size() < kept_handles) {
        curl_easy_reset(easy.get());
        idle.push_back(std::move(easy));
      }
    }
    if (transfer->callbacks().done) transfer->callbacks().done(std::move(outcome));
  }

  void begin(TransferId id, const std::optional<Error>& refusal) {
    const auto found = transfers.find(id);
    if (gone || found == transfers.end()) return;
    Transfer& transfer = *found->second;
    if (refusal) {
      const std::unique_ptr<Transfer> refused = std::move(found->second);
      transfers.erase(found);
      if (refused->callbacks().done) refused->callbacks().done(*refusal);
      return;
    }
    if (transfer.stopped()) return;  // cancelled meanwhile, its end is posted
    Easy easy;
    if (idle.empty()) {
      easy.reset(curl_easy_init());
      if (easy == nullptr) throw std::bad_alloc();
    } else {
      easy = std::move(idle.back());
      idle.pop_back();
    }
    transfer.prepare(std::move(easy), sockets);
    watch_deadline(transfer);
    ++depth;
    curl_multi_add_handle(multi, transfer.easy());
    --depth;
  }

  /// One timer a transfer, moved only when it fires: what pushes a deadline back is far more
  /// frequent than a deadline that passes.
  void watch_deadline(Transfer& transfer) {
    const auto next = transfer.next_deadline();
    if (!next) return;
    const auto delay = std::chrono::ceil<runtime::Millis>(*next - runtime::SteadyClock::now());
    transfer.timer =
        loop.after(std::max(delay, runtime::Millis(1)),
                   [self = shared_from_this(), id = transfer.id()] { self->check_deadline(id); });
  }

  void check_deadline(TransferId id) {
    const auto found = transfers.find(id);
    if (gone || found == transfers.end()) return;
    found->second->timer = {};
    if (found->second->expire(runtime::SteadyClock::now())) {
      finish(id, CURLE_OPERATION_TIMEDOUT);
    } else {
      watch_deadline(*found->second);
    }
  }

  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    static_cast<Impl*>(self)->sockets.want(socket, what);
    return 0;
  }

  static int on_timer(CURLM*, long timeout_ms, void* self) {
    auto& impl = *static_cast<Impl*>(self);
    if (impl.gone) return 0;
    impl.loop.cancel(impl.curl_timer);
    if (timeout_ms == 0) {
      if (std::exchange(impl.kick_posted, true)) return 0;
      impl.loop.post([hold = impl.shared_from_this()] {
        hold->kick_posted = false;
        hold->drive(CURL_SOCKET_TIMEOUT, 0);
      });
    } else if (timeout_ms > 0) {
      impl.curl_timer = impl.loop.after(runtime::Millis(timeout_ms), [&impl] {
        impl.curl_timer = {};
        impl.drive(CURL_SOCKET_TIMEOUT, 0);
      });
    }
    return 0;
  }

  runtime::Loop& loop;
  SocketWatch sockets;  ///< outlives the multi handle, which closes its connections through it
  CURLM* multi = nullptr;
  std::unordered_map<TransferId, std::unique_ptr<Transfer>> transfers;
  std::vector<Easy> idle;
  runtime::TimerId curl_timer;
  TransferId next_id = 1;
  unsigned depth = 0;
  bool kick_posted = false;
  bool gone = false;
};

Client::Client(runtime::Loop& loop, Limits limits)
    : impl_(std::make_shared<Impl>(loop)), connector_(loop) {
  impl_->open(limits);
}

Client::~Client() {
  impl_->abandon();
}

TransferId Client::start(Request request, Callbacks callbacks) {
  const TransferId id = impl_->next_id++;
  std::optional<Error> refusal = check_request(request);
  impl_->transfers.emplace(id,
                           std::make_unique<Transfer>(id, std::move(request), std::move(callbacks),
                                                      runtime::SteadyClock::now()));
  if (refusal || impl_->depth > 0) {
    // Not inside this call, and not inside libcurl.
    impl_->loop.post([impl = impl_, id, r = std::move(refusal)] { impl->begin(id, r); });
  } else {
    impl_->begin(id, std::nullopt);
  }
  return id;
}

void Client::cancel(TransferId id) {
  const auto found = impl_->transfers.find(id);
  if (found == impl_->transfers.end() || found->second->stopped()) return;
  found->second->cancel();
  impl_->loop.post([impl = impl_, id] {
    if (!impl->gone) impl->finish(id, CURLE_ABORTED_BY_CALLBACK);
  });
}

void Client::pause(TransferId id, bool paused) {
  const auto found = impl_->transfers.find(id);
  if (found == impl_->transfers.end() || found->second->paused == paused) return;
  found->second->paused = paused;
  // Pausing takes effect at the next piece. Resuming hands out what was held back, so it is posted.
  if (paused) return;
  impl_->loop.post([impl = impl_, id] {
    const auto still = impl->transfers.find(id);
    if (impl->gone || still == impl->transfers.end() || still->second->paused) return;
    still->second->resumed(runtime::SteadyClock::now());
    impl->inside([&] { curl_easy_pause(still->second->easy(), CURLPAUSE_CONT); });
  });
}

}  // namespace openclaw::http::egress
