#include "core/http/server.hpp"

#include <gmock/gmock.h>

#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "core/http/smuggling_corpus.hpp"
#include "core/http/test_server.hpp"

namespace openclaw::http {
namespace {

using testing::body_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawClient;
using testing::status_of;
using testing::TestServer;

constexpr std::string_view get_hello = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

void add_basics(Routes& routes) {
  routes.add("GET", "/hello", Auth::none, OriginCheck::mutations, [](ResponderPtr responder) {
    responder->respond(200, {{"Content-Type", "text/plain"}}, "hello");
  });
  routes.add("POST", "/echo", Auth::none, OriginCheck::mutations, [](ResponderPtr responder) {
    std::string body(responder->request().body());
    responder->respond(200, {}, std::move(body));
  });
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() { options.max_body = 1000; }
  TestServer& serve(std::size_t loops = 1, RequestObserver observer = nullptr) {
    server = std::make_unique<TestServer>(options, loops, std::move(observer));
    add_basics(server->routes);
    return *server;
  }
  /// The whole conversation of one connection.
  std::string talk(std::string_view bytes) {
    RawClient client(server->port());
    client.send(bytes);
    return client.read_all();
  }

  ServerOptions options;
  std::unique_ptr<TestServer> server;
};

TEST_F(ServerTest, KeepsTheConnectionForTheNextRequest) {
  RawClient client(serve().listen());
  for (int i = 0; i < 3; ++i) {
    client.send(get_hello);
    const std::string answer = client.read_answer();
    EXPECT_EQ(status_of(answer), "200");
    EXPECT_EQ(body_of(answer), "hello");
    EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff"));
    EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store"));
    EXPECT_THAT(answer, HasSubstr("Referrer-Policy: no-referrer"));
    EXPECT_THAT(answer, HasSubstr("Date: "));
  }
  EXPECT_EQ(server->server().connections(), 1U);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  RawClient client(serve().listen());
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

TEST_F(ServerTest, KeepsHttp10OnlyWhenAsked) {
  serve().listen();
  EXPECT_EQ(body_of(talk("GET /hello HTTP/1.0\r\n\r\n")), "hello");
  RawClient client(server->port());
  for (int i = 0; i < 2; ++i) {
    client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(client.read_answer(), HasSubstr("Connection: keep-alive"));
  }
}

TEST_F(ServerTest, AnswersHeadWithTheLengthAndNoBody) {
  serve().listen();
  const std::string answer =
      talk("HEAD /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 5"));
  EXPECT_EQ(body_of(answer), "");
}

TEST_F(ServerTest, TakesBodiesLargerThanItsBuffer) {
  options.max_body = options.max_body_without_key = 10U << 20U;
  RawClient client(serve().listen());
  const std::string body(5U << 20U, 'b');
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n");
  // The answer is as long as the request: it must be read while the rest is still written.
  std::thread writer([&] { client.send(body); });
  const std::string answer = client.read_answer();
  writer.join();
  EXPECT_EQ(body_of(answer), body);
  client.send(get_hello);
  EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST_F(ServerTest, RefusesLargeBodiesBeforeReadingThem) {
  serve().listen();
  EXPECT_EQ(
      status_of(talk("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n")),
      "413");
  EXPECT_EQ(status_of(talk("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
                           "chunked\r\n\r\n3e9\r\n")),
            "413");
}

TEST_F(ServerTest, BodiesOfStrangersShareABudget) {
  options.max_body = options.max_body_without_key = 1U << 20U;
  options.all_bodies_without_key = 2U << 20U;
  serve();
  std::promise<ResponderPtr> first;
  std::promise<ResponderPtr> second;
  std::vector<std::promise<ResponderPtr>*> free{&second, &first};
  server->routes.add("POST", "/hold", Auth::none, OriginCheck::mutations,
                     [&free](ResponderPtr responder) {
                       if (free.empty()) return;
                       free.back()->set_value(std::move(responder));
                       free.pop_back();
                     });
  server->listen();
  const std::string large =
      "Host: localhost\r\nContent-Length: 1000000\r\n\r\n" + std::string(1000000, 'x');
  RawClient one(server->port());
  RawClient two(server->port());
  one.send("POST /hold HTTP/1.1\r\n" + large);
  two.send("POST /hold HTTP/1.1\r\n" + large);
  ResponderPtr held = first.get_future().get();
  ResponderPtr also_held = second.get_future().get();

  const std::string answer = talk("POST /echo HTTP/1.1\r\n" + large);
  EXPECT_EQ(status_of(answer), "503");
  EXPECT_THAT(answer, HasSubstr("Retry-After: "));
  EXPECT_EQ(status_of(talk("POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                           "Content-Length: 900\r\n\r\n" +
                           std::string(900, 'y'))),
            "200")
      << "small requests go on";

  held->respond(200, {}, "done");
  held.reset();
  EXPECT_EQ(status_of(one.read_answer()), "200");
  one.send("POST /echo HTTP/1.1\r\n" + large);
  EXPECT_EQ(status_of(one.read_answer()), "200") << "what was held is free again";
}

TEST_F(ServerTest, LongHeadsShareTheStrangersBudget) {
  options.all_bodies_without_key = 40U << 10U;
  serve();
  std::promise<ResponderPtr> held;
  server->routes.add("GET", "/hold", Auth::none, OriginCheck::mutations,
                     [&held](ResponderPtr responder) { held.set_value(std::move(responder)); });
  server->listen();
  const std::string padding =
      " HTTP/1.1\r\nHost: localhost\r\nX-Padding: " + std::string(20'000, 'x');
  RawClient one(server->port());
  one.send("GET /hold" + padding + "\r\n\r\n");
  ResponderPtr responder = held.get_future().get();

  EXPECT_EQ(status_of(talk("GET /hello" + padding)), "503") << "a head that is not even complete";
  EXPECT_EQ(body_of(talk("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")),
            "hello")
      << "short ones go on";

  responder->respond(200, {}, "done");
  responder.reset();
  EXPECT_EQ(body_of(one.read_answer()), "done");
  one.send(get_hello);
  EXPECT_EQ(body_of(one.read_answer()), "hello");
  RawClient two(server->port());
  two.send("GET /hello" + padding + "\r\n\r\n");
  EXPECT_EQ(body_of(two.read_answer()), "hello") << "what was held is free again";
}

TEST_F(ServerTest, StrangersMaySendLessThanThoseWithTheKey) {
  options.api_key = "key-0123456789abcdef";
  options.max_body_without_key = 500;
  serve();
  server->routes.add("POST", "/keyed", Auth::api_key, OriginCheck::mutations,
                     [](ResponderPtr responder) { responder->respond(200, {}, "ok"); });
  server->listen();
  const auto ask = [&](const std::string& path, const std::string& framing,
                       const std::string& body) {
    return status_of(talk("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                          "X-API-Key: key-0123456789abcdef\r\n" + framing + "\r\n\r\n" + body));
  };
  const std::string body(600, 'x');
  EXPECT_EQ(ask("/keyed", "Content-Length: 600", body), "200");
  EXPECT_EQ(ask("/echo", "Content-Length: 600", body), "413");
  const std::string chunked = "258\r\n" + body + "\r\n0\r\n\r\n";
  EXPECT_EQ(ask("/keyed", "Transfer-Encoding: chunked", chunked), "200");
  EXPECT_EQ(ask("/echo", "Transfer-Encoding: chunked", chunked), "413");
}

TEST_F(ServerTest, RefusesLargeHeads) {
  serve().listen();
  EXPECT_EQ(status_of(talk("GET /hello HTTP/1.1\r\nHost: localhost\r\nX: " +
                           std::string(40000, 'x') + "\r\n\r\n")),
            "431");
}

TEST_F(ServerTest, InvitesTheBodyThatWasAskedAbout) {
  RawClient client(serve().listen());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: "
      "100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_EQ(body_of(client.read_answer()), "abc");
  client.send(
      "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: "
      "100-continue\r\n\r\n");
  EXPECT_EQ(status_of(client.read_answer()), "404");
}

TEST_F(ServerTest, GivesUpOnASlowHead) {
  options.header_deadline = runtime::Millis(30);
  serve().listen();
  EXPECT_EQ(status_of(talk("GET /hello HTTP/1.1\r\nHost:")), "408");
  EXPECT_EQ(talk(""), "");
}

TEST_F(ServerTest, ClosesIdleConnections) {
  options.idle_deadline = runtime::Millis(30);
  RawClient client(serve().listen());
  client.send(get_hello);
  client.read_answer();
  EXPECT_TRUE(client.closed());
}

TEST_F(ServerTest, RefusesConnectionsAboveTheLimit) {
  options.max_connections = 1;
  RawClient first(serve().listen());
  first.send(get_hello);
  first.read_answer();
  EXPECT_EQ(status_of(talk("")), "503");
  first.send(get_hello);
  EXPECT_EQ(status_of(first.read_answer()), "200");
}

TEST_F(ServerTest, DispatchesNoSmuggledRequest) {
  std::atomic<int> canary{0};
  serve().routes.add("POST", "/canary", Auth::none, OriginCheck::mutations,
                     [&](ResponderPtr responder) {
                       ++canary;
                       responder->respond(200, {}, "");
                     });
  server->listen();
  const std::string smuggled =
      "POST /canary HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
  for (const std::string& head : testing::smuggling_heads()) {
    for (const char* body : {"", "0\r\n\r\n", "5\r\nabcde\r\n0\r\n\r\n"}) {
      const std::string answer = talk(head + body + smuggled);
      ASSERT_EQ(status_of(answer), "400") << ::testing::PrintToString(head);
      ASSERT_EQ(answer.find("HTTP/1.1", 1), std::string::npos);
    }
  }
  EXPECT_EQ(canary, 0);
  EXPECT_THAT(talk(smuggled.substr(0, smuggled.size() - 2) + "Connection: close\r\n\r\n"),
              HasSubstr("200"));
  EXPECT_EQ(canary, 1);  // it sings when it is asked properly
}

TEST_F(ServerTest, TrailersAddNoHeaders) {
  serve().routes.add("POST", "/header", Auth::none, OriginCheck::mutations, [](ResponderPtr r) {
    std::string value(r->request().header("X-Trailer"));
    r->respond(200, {}, "[" + value + "]");
  });
  RawClient client(server->listen());
  client.send(
      "POST /header HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\nX-Trailer: smuggled\r\nAuthorization: Bearer key\r\n\r\n");
  EXPECT_EQ(body_of(client.read_answer()), "[]");
}

TEST_F(ServerTest, ObservesTheRouteAndNeverThePath) {
  std::promise<std::string> seen;
  serve(1, [&](std::string_view method, std::string_view route, unsigned status, double seconds) {
    EXPECT_GE(seconds, 0.0);
    seen.set_value(std::string(method) + " " + std::string(route) + " " + std::to_string(status));
  });
  server->routes.add("GET", "/files/*", Auth::none, OriginCheck::mutations,
                     [](ResponderPtr r) { r->respond(201, {}, ""); });
  server->listen();
  talk("GET /files/secret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(seen.get_future().get(), "GET /files/* 201");
}

TEST_F(ServerTest, SaysHowToFreeATakenPort) {
  serve().listen();
  ServerOptions same;
  same.host = "127.0.0.1";
  same.port = server->port();
  Routes routes;
  Server second(server->loop(), {&server->loop()}, routes, same, nullptr);
  const auto port = second.listen();
  ASSERT_FALSE(port.has_value());
  EXPECT_EQ(port.error().message, "port " + std::to_string(same.port) +
                                      " on 127.0.0.1 is in use by another process: change "
                                      "server.port (or OPENCLAW_PORT), or stop that process");
  same.port_setting = "monitoring.metricsPort";
  Server metrics(server->loop(), {&server->loop()}, routes, same, nullptr);
  const auto other = metrics.listen();
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().message, "port " + std::to_string(same.port) +
                                       " on 127.0.0.1 is in use by another process: change "
                                       "monitoring.metricsPort, or stop that process");
}

TEST_F(ServerTest, DrainsWhatRunsAndClosesTheRest) {
  std::promise<ResponderPtr> held;
  serve().routes.add("GET", "/slow", Auth::none, OriginCheck::mutations,
                     [&](ResponderPtr r) { held.set_value(std::move(r)); });
  RawClient busy(server->listen());
  RawClient idle(server->port());
  idle.send(get_hello);
  idle.read_answer();
  busy.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ResponderPtr responder = held.get_future().get();
  server->server().stop_accepting();
  EXPECT_TRUE(idle.closed());
  EXPECT_THROW(RawClient(server->port()), boost::system::system_error);
  responder->respond(200, {}, "late");
  responder.reset();
  const std::string answer = busy.read_answer();
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_EQ(body_of(answer), "late");
  EXPECT_TRUE(busy.closed());
}

TEST_F(ServerTest, SpreadsConnectionsOverItsLoops) {
  std::mutex mutex;
  std::set<runtime::Loop*> used;
  serve(3).routes.add("GET", "/loop", Auth::none, OriginCheck::mutations, [&](ResponderPtr r) {
    const std::lock_guard lock(mutex);
    EXPECT_TRUE(r->loop().on_loop());
    used.insert(&r->loop());
    r->respond(200, {}, "");
  });
  server->listen();
  for (int i = 0; i < 3; ++i) {
    talk("GET /loop HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }
  EXPECT_EQ(used.size(), 3U);
}

TEST_F(ServerTest, AHandlerThatThrowsIsAnsweredFor) {
  std::promise<std::string> told;
  options.on_handler_threw = [&](std::string_view route, std::string_view what) {
    told.set_value(std::string(route) + ": " + std::string(what));
  };
  serve().routes.add("GET", "/bug", Auth::none, OriginCheck::mutations,
                     [](const ResponderPtr&) { throw std::runtime_error("oh"); });
  server->listen();
  EXPECT_EQ(status_of(talk("GET /bug HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")),
            "500");
  EXPECT_EQ(told.get_future().get(), "/bug: oh");
}

}  // namespace
}  // namespace openclaw::http
