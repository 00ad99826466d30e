// getaddrinfo() on a thread that may be left behind.
#include "resolve.hpp"

#include <sys/socket.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace openclaw::redis {

namespace {

/// Shared by the caller and the thread that asks: whichever is last frees it.
struct Question {
  std::mutex mutex{};
  std::condition_variable answered{};
  bool done = false;
  int error = 0;
  Addresses found{};
};

Addresses ask(const std::string& host, const std::string& port, int flags, int& error) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags;
  addrinfo* found = nullptr;
  error = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found);
  return Addresses(error == 0 ? found : nullptr);
}

}  // namespace

Addresses resolve(const std::string& host, const std::string& port, TimePoint deadline) {
  int error = 0;
  if (auto found = ask(host, port, AI_NUMERICHOST | AI_NUMERICSERV, error)) return found;
  const auto question = std::make_shared<Question>();
  std::thread([question, host, port] {
    int failure = 0;
    auto found = ask(host, port, AI_NUMERICSERV | AI_ADDRCONFIG, failure);
    const std::lock_guard lock(question->mutex);
    question->found = std::move(found);
    question->error = failure;
    question->done = true;
    question->answered.notify_one();
  }).detach();
  std::unique_lock lock(question->mutex);
  if (!question->answered.wait_until(lock, deadline, [&] { return question->done; })) {
    throw RedisError(RedisError::Kind::unreachable,
                     "the name " + host + " is not resolved in time");
  }
  if (!question->found) {
    throw RedisError(RedisError::Kind::unreachable, "the name " + host + " cannot be resolved: " +
                                                        ::gai_strerror(question->error));
  }
  return std::move(question->found);
}

}  // namespace openclaw::redis
