#include "core/http/egress/name_lookups.hpp"

#include <netdb.h>
#include <pthread.h>

#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace openclaw::http::egress {

namespace {

std::atomic<int> under_way{0};

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

}  // namespace

/// The way back to the loop while there is one.
struct NameLookups::Home {
  std::mutex mutex;
  runtime::Loop* loop;

  void post(runtime::Task task) {
    const std::lock_guard lock(mutex);
    if (loop != nullptr) loop->post(std::move(task));
  }
};

Result<NameLookups::Addresses> NameLookups::ask_system(const std::string& host,
                                                       std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  const std::unique_ptr<addrinfo, FreeAddresses> owner(list);
  if (failed != 0) return Error{Errc::network, ::gai_strerror(failed), 0, true};
  Addresses addresses;
  for (const addrinfo* at = list; at != nullptr; at = at->ai_next) {
    boost::asio::ip::tcp::endpoint address;
    if (at->ai_addrlen > address.capacity()) continue;
    address.resize(at->ai_addrlen);
    std::memcpy(address.data(), at->ai_addr, at->ai_addrlen);
    addresses.push_back(address);
  }
  if (addresses.empty()) return Error{Errc::network, "the name has no address", 0, true};
  return addresses;
}

NameLookups::NameLookups(runtime::Loop& loop, Resolve resolve)
    : home_(std::make_shared<Home>()), resolve_(std::move(resolve)) {
  home_->loop = &loop;
}

NameLookups::~NameLookups() {
  const std::lock_guard lock(home_->mutex);
  home_->loop = nullptr;
}

void NameLookups::start(const std::string& host, std::uint16_t port,
                        std::function<void(Result<Addresses>)> found) {
  boost::system::error_code not_numeric;
  const auto address = boost::asio::ip::make_address(host, not_numeric);
  if (!not_numeric) {
    home_->post([found = std::move(found), address, port] { found(Addresses{{address, port}}); });
    return;
  }
  const auto refuse = [&](const char* why) {
    home_->post([found, why] { found(Error{Errc::again, why, 0, true}); });
  };
  if (under_way.fetch_add(1) >= kMaxUnderWay) {
    under_way.fetch_sub(1);
    refuse("too many names are being looked up: is the name server reachable?");
    return;
  }
  try {
    std::thread([home = home_, resolve = resolve_, host, port, found] {
      ::pthread_setname_np(::pthread_self(), "lookup");
      auto addresses = resolve(host, port);
      under_way.fetch_sub(1);
      home->post([found, a = std::move(addresses)] { found(a); });
    }).detach();
  } catch (const std::system_error&) {
    under_way.fetch_sub(1);
    refuse("no thread could be started to look the name up");
  }
}

}  // namespace openclaw::http::egress
