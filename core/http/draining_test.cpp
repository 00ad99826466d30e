// Connections that are made in the moment the server stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "core/http/test_server.hpp"

namespace openclaw::http {
namespace {

using testing::body_of;
using testing::RawClient;
using testing::status_of;
using testing::TestServer;

constexpr std::string_view kGet = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

void add_hello(Routes& routes) {
  routes.add("GET", "/hello", Auth::none, OriginCheck::mutations,
             [](const ResponderPtr& r) { r->respond(200, {}, "hello"); });
}

void expect_refusal(RawClient& client) {
  const std::string answer = client.read_answer();
  EXPECT_EQ(status_of(answer), "503");
  EXPECT_THAT(answer, ::testing::HasSubstr("\r\nRetry-After: 1\r\n"));
  EXPECT_THAT(answer, ::testing::HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_TRUE(client.closed());
}

TEST(Draining, AConnectionWithoutAQuestionYetIsTold) {
  TestServer server;
  add_hello(server.routes);
  RawClient client(server.listen());
  RawClient later(server.port());
  later.send(kGet);
  later.read_answer();  // so both have been taken
  server.server().stop_accepting();
  EXPECT_TRUE(later.closed());
  client.send(kGet);
  expect_refusal(client);
}

TEST(Draining, AQuestionThatHasArrivedOnAKeptConnectionIsTold) {
  TestServer server;
  add_hello(server.routes);
  RawClient client(server.listen());
  client.send(kGet);
  client.read_answer();
  std::promise<void> begun, sent;
  server.loop().post([&] {
    begun.set_value();
    sent.get_future().wait();  // meanwhile nobody reads
  });
  begun.get_future().wait();
  server.server().stop_accepting();
  client.send(kGet);
  sent.set_value();
  expect_refusal(client);
}

TEST(Draining, ARequestWhoseBodyIsStillComingIsTold) {
  TestServer server;
  server.routes.add("POST", "/in", Auth::none, OriginCheck::mutations,
                    [](const ResponderPtr& r) { r->respond(200, {}, "taken"); });
  RawClient client(server.listen());
  client.send(
      "POST /in HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
  client.read_until("100 Continue\r\n\r\n");  // so its head has been taken
  client.send("half");
  server.server().stop_accepting();
  expect_refusal(client);
}

TEST(Draining, AConnectionThatWaitedToBeAcceptedIsTold) {
  TestServer server;
  add_hello(server.routes);
  const auto port = server.listen();
  std::promise<void> begun, made, stopped;
  server.listener().post([&] {
    begun.set_value();
    made.get_future().wait();  // meanwhile nobody accepts
    server.server().stop_accepting();
    stopped.set_value();
  });
  begun.get_future().wait();
  RawClient first(port), second(port);
  first.send(kGet);
  made.set_value();
  stopped.get_future().wait();
  expect_refusal(first);
  second.send(kGet);
  expect_refusal(second);
  EXPECT_THROW(RawClient{port}, boost::system::system_error);
}

/// The stop may come between an accept and the word of it.
TEST(Draining, NobodyIsForgottenWhoIsBeingAccepted) {
  for (int round = 0; round < 40; ++round) {
    TestServer server;
    add_hello(server.routes);
    const auto port = server.listen();
    std::promise<void> begun, made;
    server.listener().post([&] {
      begun.set_value();
      made.get_future().wait();
    });
    begun.get_future().wait();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 20; ++i) {
      clients.push_back(std::make_unique<RawClient>(port));
      clients.back()->send(kGet);
    }
    std::thread stop([&] { server.server().stop_accepting(); });
    made.set_value();
    stop.join();
    for (auto& client : clients) ASSERT_NE(client->read_answer(), "") << "round " << round;
  }
}

TEST(Draining, AConnectionThatAsksNothingIsClosed) {
  ServerOptions options;
  options.header_deadline = options.idle_deadline = std::chrono::hours(1);
  TestServer server(options);
  add_hello(server.routes);
  RawClient silent(server.listen());
  RawClient later(server.port());
  later.send(kGet);
  later.read_answer();
  server.server().stop_accepting();
  EXPECT_TRUE(silent.closed());
}

TEST(Draining, ARequestIsUnderWayUntilItIsAnsweredOrItsClientGone) {
  TestServer server;
  std::promise<ResponderPtr> first, second;
  server.routes.add("GET", "/first", Auth::none, OriginCheck::mutations,
                    [&](ResponderPtr r) { first.set_value(std::move(r)); });
  server.routes.add("GET", "/second", Auth::none, OriginCheck::mutations,
                    [&](ResponderPtr r) { second.set_value(std::move(r)); });
  RawClient one(server.listen()), two(server.port());
  EXPECT_EQ(server.server().under_way(), 0U);
  one.send("GET /first HTTP/1.1\r\nHost: localhost\r\n\r\n");
  two.send("GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ResponderPtr answer = first.get_future().get();
  ResponderPtr abandoned = second.get_future().get();
  EXPECT_EQ(server.server().under_way(), 2U);
  answer->respond(200, {}, "done");
  EXPECT_EQ(body_of(one.read_answer()), "done");
  std::promise<void> later;  // it is sent a moment before it counts as answered
  server.loop().post([&] { later.set_value(); });
  later.get_future().wait();
  EXPECT_EQ(server.server().under_way(), 1U);
  std::promise<void> gone;
  abandoned->on_gone([&] { gone.set_value(); });
  two.close();
  gone.get_future().wait();
  EXPECT_EQ(server.server().under_way(), 0U);
}

}  // namespace
}  // namespace openclaw::http
