// Listens, and accepts connections.
#include "core/http/server.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <future>

#include "core/http/placement.hpp"

namespace openclaw::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

constexpr runtime::Millis accept_pause{100};
constexpr std::chrono::seconds close_wait{5};

Error listen_error(const ServerOptions& options, const error_code& ec) {
  const std::string where = "port " + std::to_string(options.port) + " on " + options.host;
  Error error;
  error.code = Errc::network;
  if (ec == asio::error::address_in_use) {
    error.code = Errc::conflict;
    error.message = where + " is in use by another process: change " + options.port_setting +
                    ", or stop that process";
  } else if (ec == asio::error::access_denied) {
    error.message = where +
                    " may not be opened by this user: choose a port above 1023, or grant "
                    "CAP_NET_BIND_SERVICE";
  } else {
    error.message =
        where + " cannot be opened: " + ec.message() + "; check " + options.host_setting;
  }
  return error;
}

}  // namespace

struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
  Impl(runtime::Loop& at, const std::vector<runtime::Loop*>& loops, const Routes& routes,
       ServerOptions options, RequestObserver observer)
      : state(std::make_shared<ServerState>(routes, std::move(options), std::move(observer))),
        placement(std::make_shared<Placement>(state, at)),
        listener(at),
        acceptor(at.io()) {
    // Fine enough for the shortest deadline, and once a second for the usual ones.
    const runtime::Millis shortest =
        std::min({state->options.header_deadline, state->options.idle_deadline,
                  state->options.farewell_deadline});
    const runtime::Millis period =
        std::clamp(shortest / 4, runtime::Millis(5), runtime::Millis(1000));
    for (runtime::Loop* loop : loops) {
      state->shards.push_back(std::make_unique<Shard>(*loop, period));
    }
  }

  error_code open(const tcp::endpoint& endpoint) {
    error_code ec;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec && endpoint.address().is_v6()) {
      acceptor.set_option(asio::ip::v6_only(false), ec);
    }
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) {
      error_code ignored;  // the first failure is the one to report
      acceptor.close(ignored);
    }
    return ec;
  }

  void accept() {
    acceptor.async_accept(
        listener.io(), [self = shared_from_this()](const error_code& ec, Socket socket) {
          // It may have been taken before the port was closed, and told of after.
          if (!ec && !self->closed.load()) self->placement->place(std::move(socket));
          if (!self->acceptor.is_open()) return;
          if (ec) {
            // Such as EMFILE: trying again at once would spin until a descriptor is free.
            self->paused = self->listener.after(accept_pause, [self] { self->accept(); });
            return;
          }
          self->accept();
        });
  }

  /// Those whom closing the port would cut off: the kernel has told them that they are connected.
  void accept_waiting() {
    error_code ec;
    acceptor.non_blocking(true, ec);
    // Else one that has gone meanwhile would be waited for.
    if (!ec) acceptor.set_option(asio::socket_base::enable_connection_aborted(true), ec);
    for (int left = asio::socket_base::max_listen_connections; !ec && left > 0; --left) {
      Socket socket(listener.io());
      acceptor.accept(socket, ec);
      if (!ec) placement->place(std::move(socket));
      if (ec == asio::error::connection_aborted) ec = {};
    }
  }

  /// Runs `action` on the loop; at once when called there.
  static std::future<void> begin_on(runtime::Loop& loop, std::function<void()> action) {
    auto done = std::make_shared<std::promise<void>>();  // shared with the task, which may be late
    std::future<void> finished = done->get_future();
    loop.dispatch([action = std::move(action), done] {
      action();
      done->set_value();
    });
    return finished;
  }

  void stop() {
    if (state->draining.exchange(true)) return;
    const auto close_acceptor = [self = shared_from_this()] {
      if (self->acceptor.is_open() && !self->closed.load()) self->accept_waiting();
      error_code ignored;  // it may never have been opened
      self->acceptor.close(ignored);
      self->listener.cancel(self->paused);
    };
    begin_on(listener, close_acceptor).wait_for(close_wait);
    for (const auto& shard : state->shards) {
      shard->loop().post([held = state, s = shard.get()] { s->drain(); });
    }
  }

  std::shared_ptr<ServerState> state;    ///< shared with the connections
  std::shared_ptr<Placement> placement;  ///< shared with its timers
  runtime::Loop& listener;
  Acceptor acceptor;
  runtime::TimerId paused;
  std::atomic<bool> closed{false};
};

Server::Server(runtime::Loop& listener, std::vector<runtime::Loop*> loops, Routes& routes,
               ServerOptions options, RequestObserver observer)
    : impl_(std::make_shared<Impl>(listener, loops, routes, std::move(options),
                                   std::move(observer))) {}

Server::~Server() {
  close_all();
}

Result<std::uint16_t> Server::listen() {
  const ServerOptions& options = impl_->state->options;
  error_code ec;
  tcp::endpoint endpoint(asio::ip::make_address(options.host, ec), options.port);
  if (ec) {
    asio::io_context io;
    tcp::resolver resolver(io);
    const auto found =
        resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, ec);
    if (ec || found.empty()) return listen_error(options, ec);
    endpoint = found.begin()->endpoint();
  }
  ec = impl_->open(endpoint);
  if (ec) return listen_error(options, ec);
  const std::uint16_t port = impl_->acceptor.local_endpoint(ec).port();
  if (ec) return listen_error(options, ec);
  impl_->listener.dispatch([impl = impl_] { impl->accept(); });
  return port;
}

void Server::stop_accepting() {
  impl_->stop();
}

std::size_t Server::under_way() const {
  return impl_->state->under_way.load();
}

std::size_t Server::connections() const {
  return impl_->state->connections.load(std::memory_order_relaxed);
}

void Server::close_all() {
  if (impl_->closed.exchange(true)) return;
  impl_->stop();
  // What was accepted at the last moment has been placed then, and is cut with the others.
  Impl::begin_on(impl_->listener, [] {}).wait_for(close_wait);
  std::vector<std::future<void>> ends;
  for (const auto& shard : impl_->state->shards) {
    ends.push_back(
        Impl::begin_on(shard->loop(), [state = impl_->state, s = shard.get()] { s->cut_all(); }));
  }
  // One deadline for all: several loops may be stuck.
  const auto until = std::chrono::steady_clock::now() + close_wait;
  for (const auto& end : ends) end.wait_until(until);
}

}  // namespace openclaw::http
