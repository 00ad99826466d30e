#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "core/http/test_server.hpp"

namespace openclaw::http {
namespace {

using testing::body_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawClient;
using testing::status_of;
using testing::TestServer;

/// A server whose /held requests are answered by the test's own thread.
class ResponderTest : public ::testing::Test {
 protected:
  ResponderTest() {
    server.routes.add("GET", "/held", Auth::none, OriginCheck::mutations,
                      [this](ResponderPtr r) { held.set_value(std::move(r)); });
    server.listen();
  }
  ResponderPtr ask(RawClient& client, std::string_view version = "HTTP/1.1") {
    held = {};
    client.send("GET /held " + std::string(version) + "\r\nHost: localhost\r\n\r\n");
    return held.get_future().get();
  }

  TestServer server;
  std::promise<ResponderPtr> held;
};

TEST_F(ResponderTest, AnswersFromAnotherThread) {
  RawClient client(server.port());
  for (int i = 0; i < 20; ++i) {
    ResponderPtr responder = ask(client);
    EXPECT_EQ(responder->request().path(), "/held");
    EXPECT_EQ(responder->request().client_ip(), "127.0.0.1");
    responder->respond(200, {}, std::to_string(i));
    responder.reset();
    EXPECT_EQ(body_of(client.read_answer()), std::to_string(i));
  }
}

TEST_F(ResponderTest, TheRequestStaysUntilTheResponderGoes) {
  RawClient client(server.port());
  ResponderPtr responder = ask(client);
  responder->respond(200, {}, "first");
  EXPECT_EQ(body_of(client.read_answer()), "first");
  held = {};
  client.send("GET /held HTTP/1.1\r\nHost: localhost\r\nX: other\r\n\r\n");
  auto next = held.get_future();
  EXPECT_EQ(responder->request().header("X"), "");
  EXPECT_EQ(next.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  responder.reset();
  responder = next.get();
  EXPECT_EQ(responder->request().header("X"), "other");
  responder->respond(200, {}, "second");
  EXPECT_EQ(body_of(client.read_answer()), "second");
}

TEST_F(ResponderTest, AnUnansweredRequestIsAnError) {
  RawClient client(server.port());
  ask(client).reset();
  EXPECT_EQ(status_of(client.read_answer()), "500");
  ResponderPtr responder = ask(client);
  responder->begin(200, {});
  EXPECT_TRUE(responder->write("part"));
  responder.reset();
  EXPECT_THAT(client.read_all(), Not(HasSubstr("0\r\n\r\n")));  // cut, so that it shows
}

TEST_F(ResponderTest, StreamsInChunks) {
  RawClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    ResponderPtr responder = ask(client);
    responder->begin(200, {{"Content-Type", "text/event-stream"}});
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked"));
    EXPECT_TRUE(responder->write("hello"));
    EXPECT_EQ(client.read_until("hello\r\n"), "5\r\nhello\r\n");
    EXPECT_TRUE(responder->write("a"));
    EXPECT_TRUE(responder->write(""));
    EXPECT_TRUE(responder->write("0123456789abcdef"));
    responder->end();
    EXPECT_FALSE(responder->write("late"));
    responder.reset();
    EXPECT_EQ(client.read_until("0\r\n\r\n"), "1\r\na\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n");
  }
}

TEST_F(ResponderTest, StreamsUntilTheCloseForHttp10) {
  RawClient client(server.port());
  const ResponderPtr responder = ask(client, "HTTP/1.0");
  responder->begin(200, {});
  responder->write("hello");
  responder->end();
  EXPECT_EQ(body_of(client.read_all()), "hello");
}

TEST_F(ResponderTest, TellsWhenTheClientHasGone) {
  auto client = std::make_unique<RawClient>(server.port());
  const ResponderPtr responder = ask(*client);
  std::promise<bool> gone;
  responder->on_gone([&] { gone.set_value(responder->loop().on_loop()); });
  responder->begin(200, {});
  responder->write("part");
  client->read_until("part");
  client.reset();
  EXPECT_TRUE(gone.get_future().get());
  EXPECT_FALSE(responder->write("late"));
}

TEST_F(ResponderTest, ALateWatcherIsToldAtOnce) {
  auto client = std::make_unique<RawClient>(server.port());
  const ResponderPtr responder = ask(*client);
  std::promise<void> first;
  responder->on_gone([&] { first.set_value(); });
  client.reset();
  first.get_future().wait();
  std::promise<void> second;
  responder->on_gone([&] { second.set_value(); });
  second.get_future().wait();
}

TEST_F(ResponderTest, CutsAClientThatReadsTooSlowly) {
  RawClient client(server.port());
  const ResponderPtr responder = ask(client);
  std::promise<void> gone;
  responder->on_gone([&] { gone.set_value(); });
  responder->begin(200, {});
  const std::string piece(1U << 20U, 'x');
  int accepted = 0;
  while (responder->write(piece)) ASSERT_LT(++accepted, 100);
  EXPECT_GE(accepted, 7);
  gone.get_future().wait();
}

TEST_F(ResponderTest, ManyThreadsMayWriteAtOnceToTheirOwnStreams) {
  server.routes.add("GET", "/threads", Auth::none, OriginCheck::mutations, [](ResponderPtr r) {
    std::thread([held = std::move(r)] {
      held->begin(200, {});
      for (int i = 0; i < 200; ++i) held->write("x");
      held->end();
    }).detach();
  });
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->send("GET /threads HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }
  for (auto& client : clients) {
    const std::string answer = client->read_all();
    std::size_t count = 0;
    for (std::size_t at = 0; (at = answer.find("1\r\nx\r\n", at)) != std::string::npos; at += 6)
      ++count;
    EXPECT_EQ(count, 200U);
  }
}

}  // namespace
}  // namespace openclaw::http
