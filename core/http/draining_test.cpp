// Connections that are made in the moment the server stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "core/http/test_server.hpp"

namespace openclaw::http {
namespace {

using testing::body_of;
using testing::RawClient;
using testing::TestServer;

constexpr std::string_view kGet = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

void add_hello(Routes& routes) {
  routes.add("GET", "/hello", Auth::none, OriginCheck::mutations,
             [](const ResponderPtr& r) { r->respond(200, {}, "hello"); });
}

void expect_last_answer(RawClient& client) {
  const std::string answer = client.read_answer();
  EXPECT_EQ(body_of(answer), "hello");
  EXPECT_THAT(answer, ::testing::HasSubstr("Connection: close"));
  EXPECT_TRUE(client.closed());
}

TEST(Draining, AConnectionWithoutAQuestionYetMayAskIt) {
  TestServer server;
  add_hello(server.routes);
  RawClient client(server.listen());
  RawClient later(server.port());
  later.send(kGet);
  later.read_answer();  // so both have been taken
  server.server().stop_accepting();
  EXPECT_TRUE(later.closed());
  client.send(kGet);
  expect_last_answer(client);
}

TEST(Draining, AConnectionThatWaitedToBeAcceptedIsAnswered) {
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
  expect_last_answer(first);
  second.send(kGet);
  expect_last_answer(second);
  EXPECT_THROW(RawClient{port}, boost::system::system_error);
}

TEST(Draining, AConnectionThatAsksNothingIsClosed) {
  ServerOptions options;
  options.farewell_deadline = runtime::Millis(20);  // looked at as often as this needs
  TestServer server(options);
  add_hello(server.routes);
  RawClient silent(server.listen());
  RawClient later(server.port());
  later.send(kGet);
  later.read_answer();
  server.server().stop_accepting();
  EXPECT_TRUE(silent.closed());
}

}  // namespace
}  // namespace openclaw::http
