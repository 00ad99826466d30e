// An outgoing HTTP client on its own loop, and a server of ours for it to ask.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>

#include "core/http/egress/client.hpp"
#include "core/http/test_server.hpp"

namespace openclaw::http::egress {

/// Runs a client on its own loop, and waits for one transfer at a time.
class EgressTest : public ::testing::Test {
 protected:
  EgressTest() {
    loop_.start();
    on_loop([this] { client_ = std::make_unique<Client>(loop_); });
  }
  ~EgressTest() override {
    on_loop([this] { client_.reset(); });
  }
  void on_loop(const std::function<void()>& action) {
    std::promise<void> done;
    loop_.post([&] {
      action();
      done.set_value();
    });
    done.get_future().wait();
  }
  std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + std::string(path);
  }
  Result<std::string> run(Request request, Callbacks callbacks = {}) {
    std::promise<Result<std::string>> done;
    callbacks.done = [&](Result<std::string> body) { done.set_value(std::move(body)); };
    loop_.post([&] { client_->start(std::move(request), std::move(callbacks)); });
    return done.get_future().get();
  }

  http::testing::TestServer server_;
  runtime::Loop loop_{"egress"};
  std::unique_ptr<Client> client_;
};

}  // namespace openclaw::http::egress
