// An outgoing connection on its own loop, whose callbacks a test waits for.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/http/egress/connection.hpp"

namespace openclaw::http::egress {

class ConnectionTest : public ::testing::Test {
 protected:
  ConnectionTest() {
    loop_.start();
    on_loop([this] { connector_.emplace(loop_); });
  }
  ~ConnectionTest() override {
    on_loop([this] {
      connection_.reset();
      connector_.reset();
    });
  }
  void on_loop(const std::function<void()>& action) {
    std::promise<void> done;
    loop_.post([&] {
      action();
      done.set_value();
    });
    done.get_future().wait();
  }
  void connect(ConnectRequest request) {
    drop();
    note([this] {
      open_ = false;
      received_.clear();
      done_.reset();
    });
    ConnectionCallbacks callbacks;
    callbacks.open = [this] { note([this] { open_ = true; }); };
    callbacks.data = [this](std::string_view payload, bool binary) {
      note([&] { received_.emplace_back(payload, binary); });
    };
    callbacks.done = [this](Result<Closing> result) { note([&] { done_ = std::move(result); }); };
    on_loop([&] { connection_ = connector_->connect(std::move(request), std::move(callbacks)); });
  }
  void connect(const std::string& url) {
    ConnectRequest request;
    request.url = url;
    connect(std::move(request));
  }

  /// Before a peer's thread is joined, which may be waiting for this side to go.
  void drop() {
    on_loop([this] { connection_.reset(); });
  }

  void wait_open() {
    wait([this] { return open_ || done_; });
    ASSERT_TRUE(open_) << (done_ && done_->has_error() ? done_->error().message : "");
  }
  /// The next piece received; bytes of a stream come in whatever pieces they like.
  std::pair<std::string, bool> next() {
    wait([this] { return !received_.empty() || done_; });
    const std::lock_guard lock(mutex_);
    if (received_.empty()) return {"(the connection ended)", false};
    auto piece = std::move(received_.front());
    received_.pop_front();
    return piece;
  }
  Result<Closing> wait_done() {
    wait([this] { return done_.has_value(); });
    const std::lock_guard lock(mutex_);
    return *done_;
  }
  Connection::Sent send(std::string payload, bool binary = false) {
    Connection::Sent sent{};
    on_loop([&] { sent = connection_->send(std::move(payload), binary); });
    return sent;
  }
  void close(std::uint16_t code, std::string_view reason = {}) {
    on_loop([&] { connection_->close(code, reason); });
  }
  /// What has been received, without waiting.
  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return received_.size();
  }

  runtime::Loop loop_{"egress"};
  std::unique_ptr<Connection> connection_;

 private:
  void note(const std::function<void()>& what) {
    const std::lock_guard lock(mutex_);
    what();
    changed_.notify_all();
  }
  void wait(const std::function<bool()>& until) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(60), until)) << "nothing happened";
  }

  std::optional<Connector> connector_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  std::deque<std::pair<std::string, bool>> received_;
  std::optional<Result<Closing>> done_;
};

}  // namespace openclaw::http::egress
