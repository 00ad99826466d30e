#include "core/http/server.hpp"

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

void add_basics(Routes& routes) {
  routes.add("GET", "/hello", Auth::none, OriginCheck::mutations, [](ResponderPtr responder) {
    responder->respond(200, {{"Content-Type", "text/plain"}}, "hello");
  });
  routes.add("POST", "/echo", Auth::none, OriginCheck::mutations, [](ResponderPtr responder) {
    std::string body(responder->request().body());
    responder->respond(200, {}, std::move(body));
  });
}

TEST(Server, KeepsTheConnectionForTheNextRequest) {
  TestServer server;
  add_basics(server.routes);
  RawClient client(server.listen());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const std::string answer = client.read_answer();
    EXPECT_EQ(status_of(answer), "200");
    EXPECT_EQ(body_of(answer), "hello");
    EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff"));
    EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store"));
    EXPECT_THAT(answer, HasSubstr("Referrer-Policy: no-referrer"));
    EXPECT_THAT(answer, HasSubstr("Date: "));
  }
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server;
  add_basics(server.routes);
  RawClient client(server.listen());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\none"
      "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\ntwo\r\n0\r\n\r\n"
      "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "one");
  EXPECT_EQ(body_of(client.read_answer()), "hello");
  EXPECT_EQ(body_of(client.read_answer()), "two");
  EXPECT_EQ(status_of(client.read_answer()), "404");
  EXPECT_TRUE(client.closed());
}

}  // namespace
}  // namespace openclaw::http
