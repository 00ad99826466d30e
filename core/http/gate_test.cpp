#include "core/http/gate.hpp"

#include <gmock/gmock.h>

namespace openclaw::http {
namespace {

using boost::asio::ip::make_address;
using ::testing::Contains;

class GateTest : public ::testing::Test {
 protected:
  GateTest() {
    const auto none = [](ResponderPtr) {};
    routes.add("GET", "/public", Auth::none, OriginCheck::mutations, none);
    routes.add("POST", "/public", Auth::none, OriginCheck::mutations, none);
    routes.add("GET", "/api", Auth::api_key, OriginCheck::mutations, none);
    routes.add("POST", "/api", Auth::api_key, OriginCheck::mutations, none);
    routes.add("POST", "/hook", Auth::handler, OriginCheck::never, none);
    routes.add_websocket("/ws", Auth::handler, {"https://chat.example.com"},
                         [](const Request&, std::unique_ptr<WebSocket>) {
                           return std::unique_ptr<WebSocketEvents>();
                         });
    options.api_key = "key";
    options.max_body = 100;
  }

  /// `lines` are headers beside Host; the answer is 0 when a handler gets the request.
  unsigned ask(const std::string& request_line, const std::string& host, const std::string& lines,
               const char* client = "192.0.2.1") {
    if (gate == nullptr) gate = std::make_unique<Gate>(routes, options);
    bytes = request_line + " HTTP/1.1\r\nHost: " + host + "\r\n" + lines + "\r\n";
    RequestHead head;
    EXPECT_FALSE(parse_head(bytes, head)) << bytes;
    last = gate->admit(head, make_address(client), make_address(client), now);
    EXPECT_EQ(last.status == 0, last.route != nullptr);
    return last.status;
  }

  Routes routes;
  ServerOptions options;
  std::unique_ptr<Gate> gate;
  std::string bytes;
  Admission last;
  Lockout::TimePoint now{std::chrono::seconds(1000)};
};

constexpr const char* key = "Authorization: Bearer key\r\n";
constexpr const char* evil = "Origin: https://evil.com\r\n";
constexpr const char* upgrade = "Connection: upgrade\r\nUpgrade: websocket\r\n";

TEST_F(GateTest, FindsTheRouteOrSaysWhatIsWrong) {
  EXPECT_EQ(ask("GET /public", "localhost", ""), 0U);
  EXPECT_EQ(ask("HEAD /public", "localhost", ""), 0U);
  EXPECT_EQ(ask("GET /nowhere", "localhost", ""), 404U);
  EXPECT_EQ(ask("DELETE /public", "localhost", ""), 405U);
  EXPECT_THAT(last.headers, Contains(Header("Allow", "GET, HEAD, POST")));
  EXPECT_EQ(ask("GET /ws", "localhost", ""), 426U);
  EXPECT_EQ(ask("POST /public", "localhost", "Content-Length: 101\r\n"), 413U);
  EXPECT_EQ(ask("POST /public", "localhost", "Content-Length: 100\r\n"), 0U);
}

TEST_F(GateTest, AsksForTheKey) {
  EXPECT_EQ(ask("GET /api", "localhost", ""), 401U);
  EXPECT_THAT(last.headers, Contains(Header("WWW-Authenticate", "Bearer")));
  EXPECT_EQ(ask("GET /api", "localhost", "Authorization: Bearer wrong\r\n"), 401U);
  EXPECT_EQ(ask("GET /api?api_key=key&key=key&access_token=key", "localhost", ""), 401U);
  EXPECT_EQ(ask("GET /api", "localhost", key), 0U);
  EXPECT_EQ(ask("GET /api", "localhost", "X-API-Key: key\r\n"), 0U);
}

TEST_F(GateTest, LocksOutGuessersButNotTheForgetful) {
  for (int i = 0; i < 50; ++i) ASSERT_EQ(ask("GET /api", "localhost", ""), 401U);
  for (int i = 0; i < 10; ++i) ASSERT_EQ(ask("GET /api", "localhost", "X-API-Key: x\r\n"), 401U);
  EXPECT_EQ(ask("GET /api", "localhost", key), 429U);
  EXPECT_THAT(last.headers, Contains(Header("Retry-After", "300")));
  EXPECT_THAT(last.message, ::testing::HasSubstr("locked out for five minutes"));
  EXPECT_EQ(ask("GET /public", "localhost", ""), 0U);
  EXPECT_EQ(ask("GET /api", "localhost", key, "192.0.2.2"), 0U);
  now += std::chrono::seconds(300);
  EXPECT_EQ(ask("GET /api", "localhost", key), 0U);
}

TEST_F(GateTest, AForeignPageThatGuessesLocksOutOnlyForeignPages) {
  const std::string wrong = "X-API-Key: x\r\n";
  for (int i = 0; i < 10; ++i) ASSERT_EQ(ask("GET /api", "localhost", evil + wrong), 401U);
  EXPECT_EQ(ask("GET /api", "localhost", std::string(evil) + key), 429U);
  EXPECT_EQ(ask("GET /api", "rebound.evil.com", key), 429U);
  EXPECT_EQ(ask("GET /api", "localhost", key), 0U);
  EXPECT_EQ(ask("POST /api", "localhost", std::string("Origin: http://localhost\r\n") + key), 0U);
}

TEST_F(GateTest, WithoutAConfiguredKeyNobodyComesIn) {
  options.api_key = "";
  EXPECT_EQ(ask("GET /api", "localhost", "X-API-Key: \r\n", "127.0.0.1"), 401U);
  EXPECT_EQ(ask("GET /api", "localhost", "Authorization: Bearer \r\n"), 401U);
}

TEST_F(GateTest, MutationsNeedOneOfOurHosts) {
  for (const char* path : {"/public", "/api"}) {
    const std::string line = std::string("POST ") + path;
    EXPECT_EQ(ask(line, "evil.com", key), 403U);
    EXPECT_EQ(ask(line, "localhost:3000", key), 0U);
    EXPECT_EQ(ask(line, "192.0.2.7:3000", key), 0U);
  }
  EXPECT_EQ(ask("GET /public", "evil.com", ""), 0U);
  EXPECT_EQ(ask("GET /ws", "evil.com", upgrade), 403U);
  EXPECT_EQ(ask("GET /ws", "localhost", upgrade), 0U);
}

TEST_F(GateTest, MutationsNeedAnOriginThatIsOursOrAKeyWhereAllMayRead) {
  EXPECT_EQ(ask("POST /public", "localhost", evil), 403U);
  EXPECT_EQ(ask("POST /public", "localhost", std::string(evil) + key), 403U);
  EXPECT_EQ(ask("POST /public", "localhost", "Origin: http://localhost\r\n"), 0U);
  EXPECT_EQ(ask("POST /public", "localhost", "Origin: null\r\n"), 403U);
  EXPECT_EQ(ask("POST /api", "localhost", std::string(evil) + key), 0U);
  EXPECT_EQ(ask("POST /api", "localhost", evil), 401U);
  EXPECT_EQ(ask("GET /public", "localhost", evil), 0U);
}

TEST_F(GateTest, WithListedOriginsAKeyDoesNotHelpAForeignPage) {
  options.cors_origins = {"https://app.example.com"};
  EXPECT_EQ(ask("POST /api", "localhost", std::string(evil) + key), 403U);
  EXPECT_EQ(ask("POST /api", "localhost", std::string("Origin: https://app.example.com\r\n") + key),
            0U);
}

TEST_F(GateTest, WebSocketsNeedAnOriginOfTheirOwn) {
  EXPECT_EQ(ask("GET /ws", "localhost", std::string(upgrade) + evil), 403U);
  EXPECT_EQ(ask("GET /ws", "localhost", std::string(upgrade) + "Origin: http://localhost\r\n"), 0U);
  EXPECT_EQ(
      ask("GET /ws", "localhost", std::string(upgrade) + "Origin: https://chat.example.com\r\n"),
      0U);
  EXPECT_EQ(ask("POST /public", "localhost", "Origin: https://chat.example.com\r\n"), 403U);
}

TEST_F(GateTest, WebhooksProveThemselves) {
  EXPECT_EQ(ask("POST /hook", "bot.example.com", evil), 0U);
}

TEST_F(GateTest, OpenAccessIsForThisMachineAndItsOwnPages) {
  options.open_access = true;
  EXPECT_EQ(ask("POST /api", "localhost", "", "127.0.0.1"), 0U);
  EXPECT_EQ(ask("POST /api", "localhost", "", "::1"), 0U);
  EXPECT_EQ(ask("GET /api", "localhost", "", "192.0.2.1"), 401U);
  EXPECT_EQ(ask("GET /api", "rebound.evil.com", "", "127.0.0.1"), 401U);
  EXPECT_EQ(ask("GET /api", "localhost", evil, "127.0.0.1"), 401U);
  EXPECT_EQ(ask("GET /api", "localhost", "X-Forwarded-For: 127.0.0.1\r\n", "127.0.0.1"), 401U);
}

TEST_F(GateTest, AnswersPreflights) {
  const std::string asking = "Access-Control-Request-Method: POST\r\n";
  EXPECT_EQ(ask("OPTIONS /api", "localhost", evil + asking), 204U);
  EXPECT_THAT(last.headers,
              Contains(Header("Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS")));
  options.cors_origins = {"https://app.example.com"};
  gate = nullptr;
  EXPECT_EQ(ask("OPTIONS /api", "localhost", evil + asking), 204U);
  EXPECT_THAT(last.headers, ::testing::ElementsAre(Header("Allow", "GET, HEAD, POST, OPTIONS")));
  EXPECT_EQ(ask("OPTIONS /nowhere", "localhost", ""), 404U);
  EXPECT_EQ(ask("OPTIONS *", "localhost", ""), 204U);
}

}  // namespace
}  // namespace openclaw::http
