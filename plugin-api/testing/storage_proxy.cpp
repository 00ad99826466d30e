// Relays bytes between Unix sockets.
#include "openclaw/testing/storage_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace openclaw::testing {

namespace {

constexpr int kTickMs = 20;  // how soon a relay sees that it is to stop
constexpr int kLateAnswerMs = 20'000;
constexpr std::chrono::seconds kDeliveryTime{60};

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

StorageProxy::StorageProxy(const std::filesystem::path& server, std::string batch)
    : server_(server), batch_(std::move(batch)) {
  std::string pattern = std::filesystem::temp_directory_path() / "openclaw-proxy-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  folder_ = pattern;
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = address_of(socket());
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 16) != 0) {
    throw std::runtime_error("cannot listen in " + folder_.string());
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

StorageProxy::~StorageProxy() {
  {
    const std::scoped_lock lock(late_lock_);
    stopping_.store(true);
  }
  late_changed_.notify_all();
  acceptor_.join();
  for (auto& relay : relays_) relay.join();
  ::close(listener_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void StorageProxy::accept_all() {
  while (!stopping_.load()) {
    pollfd fd{listener_, POLLIN, 0};
    if (::poll(&fd, 1, kTickMs) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    if (refuse_.load() > 0) {
      refuse_.fetch_sub(1);
      ::close(client);
      continue;
    }
    relays_.emplace_back([this, client] { relay(client); });
  }
}

void StorageProxy::hold_back() {
  const std::scoped_lock lock(late_lock_);
  late_ = Late::held;
}

void StorageProxy::deliver() {
  std::unique_lock lock(late_lock_);
  late_ = Late::released;
  late_changed_.notify_all();
  if (!late_changed_.wait_for(lock, kDeliveryTime, [this] { return late_ == Late::delivered; })) {
    throw std::runtime_error("nothing was held back, or the server does not answer");
  }
}

/// The whole batch has come in `piece`: the tests' batches are small.
void StorageProxy::send_late(int server, std::string_view piece) {
  const std::string kept(piece);
  {
    std::unique_lock lock(late_lock_);
    late_changed_.wait(lock, [this] { return late_ == Late::released || stopping_.load(); });
    if (late_ != Late::released) return;
  }
  if (send_all(server, kept)) {
    std::array<char, 4096> answer;
    pollfd fd{server, POLLIN, 0};
    if (::poll(&fd, 1, kLateAnswerMs) > 0) ::recv(server, answer.data(), answer.size(), 0);
  }
  const std::scoped_lock lock(late_lock_);
  late_ = Late::delivered;
  late_changed_.notify_all();
}

void StorageProxy::relay(int client) {
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = address_of(server_);
  bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  bool swallow = false;
  std::array<char, 65536> buffer;
  std::string begun;  // what a batch is known by may come in two pieces
  while (open && !stopping_.load()) {
    std::array<pollfd, 2> fds{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    if (::poll(fds.data(), 2, kTickMs) <= 0) continue;
    if (fds[0].revents != 0) {
      const auto n = ::recv(client, buffer.data(), buffer.size(), 0);
      if (n <= 0) break;
      const std::string_view piece(buffer.data(), static_cast<std::size_t>(n));
      begun.append(piece);
      const bool batch = begun.find(batch_) != std::string::npos;
      const std::size_t kept = batch ? 0 : std::min(begun.size(), batch_.size());
      begun.erase(0, begun.size() - kept);
      const Cut cut = batch ? cut_.exchange(Cut::none) : Cut::none;
      if (cut == Cut::before) break;
      if (cut == Cut::within) {
        send_all(server, piece.substr(0, piece.size() / 2));
        break;
      }
      if (cut == Cut::late) {
        ::shutdown(client, SHUT_RDWR);
        send_late(server, piece);
        break;
      }
      swallow = swallow || cut == Cut::after;
      open = send_all(server, piece);
    }
    if (fds[1].revents != 0) {
      const auto n = ::recv(server, buffer.data(), buffer.size(), 0);
      if (n <= 0 || swallow) break;
      open = send_all(client, {buffer.data(), static_cast<std::size_t>(n)});
    }
  }
  ::close(client);
  ::close(server);
}

}  // namespace openclaw::testing
