// Loops that are stuck are passed by.
#include "core/http/placement.hpp"

#include <gtest/gtest.h>

#include <future>

#include "core/http/test_server.hpp"

namespace openclaw::http {
namespace {

using testing::RawClient;
using testing::status_of;
using testing::TestServer;

class PlacementTest : public ::testing::Test {
 protected:
  TestServer& serve(std::size_t loops) {
    server = std::make_unique<TestServer>(options, loops);
    server->routes.add("GET", "/hello", Auth::none, OriginCheck::mutations,
                       [](ResponderPtr responder) { responder->respond(200, {}, "hello"); });
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

/// Holds a loop inside one task until the end of its scope, as a plugin that blocks does.
class Blocked {
 public:
  explicit Blocked(runtime::Loop& loop) {
    std::promise<void> inside;
    auto entered = inside.get_future();
    loop.post([&inside, until = release_.get_future().share()] {
      inside.set_value();
      until.wait();
    });
    entered.wait();
  }
  ~Blocked() { release_.set_value(); }
  Blocked(const Blocked&) = delete;
  Blocked& operator=(const Blocked&) = delete;

 private:
  std::promise<void> release_;
};

constexpr std::string_view last_hello =
    "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

TEST_F(PlacementTest, ConnectionsGoPastALoopThatIsStuck) {
  options.stuck_after = runtime::Millis(20);
  serve(2).listen();
  const Blocked blocked(server->loop(0));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(status_of(talk(last_hello)), "200");
}

TEST_F(PlacementTest, WhenEveryLoopIsStuckTheClientIsTold) {
  options.stuck_after = runtime::Millis(20);
  serve(2).listen();
  {
    const Blocked first(server->loop(0));
    const Blocked second(server->loop(1));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(status_of(talk(last_hello)), "503");
  }
  for (const std::size_t n : {0U, 1U}) Blocked(server->loop(n));  // both run again
  EXPECT_EQ(status_of(talk(last_hello)), "200");
}

}  // namespace
}  // namespace openclaw::http
