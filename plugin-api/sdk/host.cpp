// Carries calls across the boundary: std::function on this side, function pointers on the other.
#include "openclaw/cpp/host.hpp"

#include <exception>

#include "pending.hpp"

namespace openclaw::sdk {

template <class T>
const T* Host::service(std::string_view id) const {
  return static_cast<const T*>(api_->ext(host_, str(id)));
}

Host::Host(oc_host* host, const oc_host_api* api)
    : host_(host),
      api_(api),
      log_(service<oc_log>("oc.log/1")),
      http_(service<oc_http>("oc.http/1")),
      connection_(service<oc_connection>("oc.connection/1")),
      cluster_(service<oc_cluster>("oc.cluster/1")),
      timer_(service<oc_timer>("oc.timer/1")),
      inbound_(service<oc_inbound>("oc.inbound/1")),
      state_(service<oc_state>("oc.state/1")),
      route_(service<oc_route>("oc.route/1")),
      stream_(service<oc_stream>("oc.stream/1")),
      status_(service<oc_status_service>("oc.status/1")),
      secret_(service<oc_secret>("oc.secret/1")),
      metrics_(service<oc_metrics>("oc.metrics/1")),
      markup_(service<oc_markup>("oc.markup/1")) {}

Host::~Host() = default;

Host::Pending* Host::keep(std::unique_ptr<Pending> pending) {
  pending->host = this;
  pending_.push_back(std::move(pending));
  Pending* kept = pending_.back().get();
  kept->self = std::prev(pending_.end());
  return kept;
}

void Host::drop(Pending* pending) {
  pending_.erase(pending->self);
}

oc_op Host::track(Pending* pending, oc_op op) {
  if (op == 0) drop(pending);
  return op;
}

void Host::caught(std::string_view slot) noexcept {
  std::string what = "unknown exception";
  try {
    throw;
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {  // not a std::exception: there is nothing more to say about it
  }
  for (char& c : what) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  log(OC_LOG_ERROR, "plugin.exception",
      "{\"slot\":\"" + std::string(slot) + "\",\"what\":\"" + what + "\"}");
}

void Host::complete(oc_op op, std::string_view json, std::string body) {
  api_->complete(host_, op, nullptr, str(json), body.empty() ? oc_buf{} : buf(std::move(body)));
}

void Host::fail(oc_op op, const Failure& failure) {
  const oc_error error = failure.view();
  api_->complete(host_, op, &error, oc_str{}, oc_buf{});
}

oc_status Host::emit(oc_op op, std::uint32_t kind, std::string_view data) {
  return stream_ == nullptr ? OC_E_NOSYS : stream_->emit(host_, op, kind, str(data));
}

void Host::on_done(oc_inst*, void* user, oc_op, const oc_error* error, oc_str json,
                   oc_buf body) noexcept {
  auto* pending = static_cast<Pending*>(user);
  Host* host = pending->host;
  try {
    const Done done = std::move(pending->done);
    host->drop(pending);
    std::string bytes = take(body);
    if (done) done(Failure::from(error), view(json), std::move(bytes));
  } catch (...) {
    host->caught("completion");
  }
}

oc_op Host::http(const HttpRequest& request, HttpHandler handler) {
  if (http_ == nullptr) return 0;
  const auto headers = borrow(request.headers);
  oc_http_request r{};
  r.size = sizeof r;
  r.flags = request.public_only ? OC_HTTP_PUBLIC_ONLY : 0;
  r.method = str(request.method);
  r.url = str(request.url);
  r.headers = headers.data();
  r.n_headers = headers.size();
  r.body = str(request.body);
  r.proxy = str(request.proxy);
  r.connect_ms = request.connect_ms;
  r.first_byte_ms = request.first_byte_ms;
  r.idle_ms = request.idle_ms;
  r.total_ms = request.total_ms;
  r.max_bytes = request.max_bytes;

  auto pending = std::make_unique<Pending>();
  const bool wants_data = static_cast<bool>(handler.data);
  pending->http = std::move(handler);
  oc_http_callbacks callbacks{};
  callbacks.size = sizeof callbacks;
  callbacks.head = [](oc_inst*, void* user, oc_op, std::uint32_t status, const oc_kv* kv,
                      std::uint64_t n) noexcept {
    auto* p = static_cast<Pending*>(user);
    try {
      p->http_status = status;
      if (!p->http.head) return;
      Headers received;
      received.reserve(n);
      for (std::uint64_t i = 0; i < n; ++i)
        received.emplace_back(view(kv[i].key), view(kv[i].value));
      p->http.head(status, received);
    } catch (...) {
      p->host->caught("http.head");
    }
  };
  if (wants_data) {
    callbacks.data = [](oc_inst*, void* user, oc_op, oc_str chunk) noexcept {
      auto* p = static_cast<Pending*>(user);
      try {
        p->http.data(view(chunk));
      } catch (...) {
        p->host->caught("http.data");
      }
    };
  }
  callbacks.done = [](oc_inst*, void* user, oc_op, const oc_error* error, oc_str,
                      oc_buf body) noexcept {
    auto* p = static_cast<Pending*>(user);
    Host* host = p->host;
    try {
      const auto done = std::move(p->http.done);
      const auto status = p->http_status;
      host->drop(p);
      std::string bytes = take(body);
      if (done) done(Failure::from(error), status, std::move(bytes));
    } catch (...) {
      host->caught("http.done");
    }
  };
  Pending* kept = keep(std::move(pending));
  return track(kept, http_->request(host_, &r, &callbacks, kept));
}

void Host::pause(oc_op http_op, bool paused) {
  if (http_ != nullptr) http_->pause(host_, http_op, paused ? 1 : 0);
}

oc_op Host::after(std::uint64_t ms, std::function<void()> fn) {
  if (timer_ == nullptr) return 0;
  auto pending = std::make_unique<Pending>();
  pending->fn = std::move(fn);
  Pending* kept = keep(std::move(pending));
  const auto done = [](oc_inst*, void* user, oc_op op, const oc_error* error, oc_str,
                       oc_buf body) noexcept {
    auto* p = static_cast<Pending*>(user);
    Host* host = p->host;
    try {
      host->timers_.erase(op);
      const auto due = std::move(p->fn);
      host->drop(p);
      take(body);
      if (due && error == nullptr) due();
    } catch (...) {
      host->caught("timer");
    }
  };
  const oc_op op = track(kept, timer_->after(host_, ms, done, kept));
  if (op != 0) timers_[op] = kept;
  return op;
}

oc_op Host::submit(const oc_message& message, Done done) {
  if (inbound_ == nullptr) return 0;
  Pending* kept = keep(Pending::of(std::move(done)));
  return track(kept, inbound_->submit(host_, &message, &Host::on_done, kept));
}

oc_op Host::history(const oc_message& chat, std::uint32_t limit, Done done) {
  if (inbound_ == nullptr) return 0;
  Pending* kept = keep(Pending::of(std::move(done)));
  return track(kept, inbound_->history(host_, &chat, limit, &Host::on_done, kept));
}

oc_op Host::stop_turn(const oc_message& chat, Done done) {
  if (inbound_ == nullptr) return 0;
  Pending* kept = keep(Pending::of(std::move(done)));
  return track(kept, inbound_->stop(host_, &chat, &Host::on_done, kept));
}

oc_op Host::state_get(std::string_view key, Done done) {
  if (state_ == nullptr) return 0;
  Pending* kept = keep(Pending::of(std::move(done)));
  return track(kept, state_->get(host_, str(key), &Host::on_done, kept));
}

oc_op Host::state_put(std::string_view key, std::string_view value, std::uint64_t expect,
                      Done done) {
  if (state_ == nullptr) return 0;
  Pending* kept = keep(Pending::of(std::move(done)));
  return track(kept, state_->put(host_, str(key), str(value), expect, &Host::on_done, kept));
}

oc_op Host::state_erase(std::string_view key, Done done) {
  if (!OC_HAS(state_, oc_state, erase)) return 0;
  Pending* kept = keep(Pending::of(std::move(done)));
  return track(kept, state_->erase(host_, str(key), &Host::on_done, kept));
}

void Host::cancel(oc_op op) {
  if (op == 0) return;
  // The host cancels later, and until then the timer may still run out: whoever cancels it may
  // already be without what its fn looks at.
  if (api_->on_strand(host_) != 0) {
    if (const auto it = timers_.find(op); it != timers_.end()) {
      const auto dropped = std::move(it->second->fn);
      it->second->fn = nullptr;
      timers_.erase(it);
    }
  }
  api_->cancel(host_, op);
}

bool Host::logs(std::uint32_t level) const {
  return log_ != nullptr && log_->enabled(host_, level) != 0;
}

void Host::log(std::uint32_t level, std::string_view event, std::string_view fields_json) {
  if (logs(level)) log_->write(host_, level, str(event), str(fields_json));
}

void Host::status(std::uint32_t state, std::string_view reason) {
  if (status_ != nullptr) status_->set(host_, state, str(reason));
}

void Host::evidence(std::uint32_t kind) {
  if (status_ != nullptr) status_->evidence(host_, kind);
}

bool Host::secret_equals(std::string_view key, std::string_view presented) const {
  return secret_ != nullptr && secret_->equals(host_, str(key), str(presented)) == 1;
}

oc_status Host::hmac_sha256(std::string_view key, std::string_view data,
                            std::uint8_t out[32]) const {
  return secret_ == nullptr ? OC_E_NOSYS : secret_->hmac_sha256(host_, str(key), str(data), out);
}

std::optional<std::string> Host::html(std::string_view markdown) const {
  std::optional<std::string> out;
  if (markup_ == nullptr) return out;
  const auto keep = [](void* user, oc_str html) noexcept {
    *static_cast<std::optional<std::string>*>(user) = copy(html);
  };
  if (markup_->html(host_, str(markdown), keep, &out) != OC_OK) out.reset();
  return out;
}

std::optional<Host::Rendered> Host::last_message(std::string_view markdown) const {
  std::optional<Rendered> out;
  if (markup_ == nullptr || !OC_HAS(markup_, oc_markup, last_message)) return out;
  const auto keep = [](void* user, oc_str text, oc_str plain) noexcept {
    *static_cast<std::optional<Rendered>*>(user) = Rendered{copy(text), copy(plain)};
  };
  if (markup_->last_message(host_, str(markdown), keep, &out) != OC_OK) out.reset();
  return out;
}

std::uint32_t Host::define_counter(std::string_view name, std::string_view help) {
  return metrics_ == nullptr ? 0 : metrics_->define(host_, OC_METRIC_COUNTER, str(name), str(help));
}

std::uint32_t Host::define_gauge(std::string_view name, std::string_view help) {
  return metrics_ == nullptr ? 0 : metrics_->define(host_, OC_METRIC_GAUGE, str(name), str(help));
}

void Host::add(std::uint32_t metric, double value) {
  if (metrics_ != nullptr && metric != 0) metrics_->add(host_, metric, value);
}

void Host::set(std::uint32_t metric, double value) {
  if (metrics_ != nullptr && metric != 0) metrics_->set(host_, metric, value);
}

std::int64_t Host::now_ms() const {
  return timer_ == nullptr ? 0 : timer_->now_ms(host_);
}
std::int64_t Host::unix_ms() const {
  return timer_ == nullptr ? 0 : timer_->unix_ms(host_);
}

void Host::post(std::function<void()> fn) {
  struct Posted {
    Host* host;
    std::function<void()> fn;
  };
  auto posted = std::make_unique<Posted>(Posted{this, std::move(fn)});
  const oc_status status = api_->post(
      host_,
      [](oc_inst*, void* arg) noexcept {
        const std::unique_ptr<Posted> p(static_cast<Posted*>(arg));
        try {
          p->fn();
        } catch (...) {
          p->host->caught("post");
        }
      },
      [](void* arg) noexcept { delete static_cast<Posted*>(arg); }, posted.get());
  if (status == OC_OK) static_cast<void>(posted.release());
}

}  // namespace openclaw::sdk
