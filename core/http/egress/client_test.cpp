#include "core/http/egress/client.hpp"

#include <gmock/gmock.h>

#include <future>

#include "core/http/test_server.hpp"

namespace openclaw::http::egress {
namespace {

using http::testing::TestServer;
using ::testing::HasSubstr;

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

  TestServer server_;
  runtime::Loop loop_{"egress"};
  std::unique_ptr<Client> client_;
};

TEST_F(EgressTest, StreamsTheAnswerToAPost) {
  server_.routes.add("POST", "/stream", Auth::none, OriginCheck::mutations,
                     [](ResponderPtr responder) {
                       const std::string body(responder->request().body());
                       responder->begin(200, {{"Content-Type", "text/event-stream"}});
                       responder->write("data: " + body + "\n\n");
                       responder->write("data: [DONE]\n\n");
                       responder->end();
                     });
  server_.listen();
  std::string received;
  unsigned status = 0;
  Callbacks callbacks;
  callbacks.head = [&](unsigned code, const Headers& headers) {
    status = code;
    EXPECT_THAT(headers, ::testing::Contains(Header("Content-Type", "text/event-stream")));
  };
  callbacks.data = [&](std::string_view piece) { received += piece; };
  Request request;
  request.method = "POST";
  request.url = url("/stream");
  request.body = std::string(100000, 'x');
  const auto body = run(request, callbacks);
  ASSERT_TRUE(body.has_value()) << body.error().message;
  EXPECT_EQ(status, 200U);
  EXPECT_EQ(received, "data: " + request.body + "\n\ndata: [DONE]\n\n");
}

}  // namespace
}  // namespace openclaw::http::egress
