#include <gmock/gmock.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <thread>

#include "core/http/egress/client_fixture.hpp"

namespace openclaw::http::egress {
namespace {

using http::testing::TestServer;
using ::testing::HasSubstr;

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

TEST_F(EgressTest, CollectsTheBodyAndKeepsTheConnection) {
  server_.routes.add("GET", "/hello", Auth::none, OriginCheck::mutations,
                     [](ResponderPtr responder) { responder->respond(200, {}, "hello"); });
  server_.listen();
  for (int i = 0; i < 5; ++i) {
    Request request;
    request.url = url("/hello");
    EXPECT_EQ(run(request).value(), "hello");
  }
  EXPECT_EQ(server_.server().connections(), 1U);
}

TEST_F(EgressTest, AnErrorStatusIsAnAnswer) {
  server_.listen();
  unsigned status = 0;
  Callbacks callbacks;
  callbacks.head = [&](unsigned code, const Headers&) { status = code; };
  Request request;
  request.url = url("/nowhere");
  EXPECT_TRUE(run(request, callbacks).has_value());
  EXPECT_EQ(status, 404U);
}

TEST_F(EgressTest, ARefusedConnectionDidNothing) {
  server_.listen();
  server_.server().close_all();
  Request request;
  request.url = url("/");
  const auto result = run(request);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Errc::network);
  EXPECT_TRUE(result.error().retryable);
  EXPECT_FALSE(result.error().maybe_done);
}

TEST_F(EgressTest, RefusesWhatIsNoRequest) {
  for (const char* text : {"", "localhost", "ftp://localhost/", "file:///etc/passwd", "http://",
                           "http://a b/", "http://a/\r\nX: y", "gopher://localhost/"}) {
    Request request;
    request.url = text;
    const auto result = run(request);
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_EQ(result.error().code, Errc::invalid) << text;
  }
  Request request;
  request.url = "http://127.0.0.1/";
  request.headers = {{"X", "a\r\nY: b"}};
  EXPECT_EQ(run(request).error().code, Errc::invalid);
}

TEST_F(EgressTest, EachDeadlineSaysItsName) {
  std::vector<ResponderPtr> held;
  server_.routes.add("GET", "/silent", Auth::none, OriginCheck::mutations,
                     [&](ResponderPtr responder) { held.push_back(std::move(responder)); });
  server_.routes.add("GET", "/stall", Auth::none, OriginCheck::mutations,
                     [&](ResponderPtr responder) {
                       responder->begin(200, {});
                       responder->write("part");
                       held.push_back(std::move(responder));
                     });
  server_.listen();
  const auto failure = [&](const char* path, auto change) {
    Request request;
    request.url = url(path);
    change(request);
    const auto result = run(request);
    EXPECT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, Errc::deadline);
    EXPECT_TRUE(result.error().maybe_done);
    return result.error().message;
  };
  const runtime::Millis brief(30);
  EXPECT_THAT(failure("/silent", [&](Request& r) { r.first_byte = brief; }),
              HasSubstr("first-byte deadline"));
  EXPECT_THAT(failure("/silent", [&](Request& r) { r.idle = brief; }), HasSubstr("idle deadline"));
  EXPECT_THAT(failure("/stall", [&](Request& r) { r.idle = brief; }), HasSubstr("idle deadline"));
  EXPECT_THAT(failure("/stall", [&](Request& r) { r.total = brief; }), HasSubstr("total deadline"));
  server_.server().close_all();
}

TEST_F(EgressTest, AServerThatNeverAnswersLeavesRoomForOthers) {
  TestServer silent;
  std::vector<ResponderPtr> held;
  silent.routes.add("GET", "/", Auth::none, OriginCheck::mutations,
                    [&](ResponderPtr responder) { held.push_back(std::move(responder)); });
  silent.listen();
  server_.routes.add("GET", "/", Auth::none, OriginCheck::mutations,
                     [](ResponderPtr responder) { responder->respond(200, {}, "well"); });
  server_.listen();
  constexpr std::size_t kAsked = 20, kPerHost = 4;
  std::promise<void> turned_away;
  std::vector<Error> errors;
  on_loop([&] {
    client_ = std::make_unique<Client>(loop_, Limits{8, kPerHost});
    for (std::size_t i = 0; i < kAsked; ++i) {
      Request request;
      request.url = "http://127.0.0.1:" + std::to_string(silent.port()) + "/";
      request.connect = runtime::Millis(500);
      Callbacks callbacks;
      callbacks.done = [&](const Result<std::string>& body) {
        errors.push_back(body.error());
        if (errors.size() == kAsked - kPerHost) turned_away.set_value();
      };
      client_->start(std::move(request), std::move(callbacks));
    }
  });
  Request request;
  request.url = url("/");
  request.connect = runtime::Millis(5000);
  const auto answer = run(request);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(*answer, "well");
  turned_away.get_future().wait();
  for (const Error& error : errors) {
    EXPECT_EQ(error.code, Errc::deadline);
    EXPECT_TRUE(error.retryable);
    EXPECT_FALSE(error.maybe_done);
    EXPECT_THAT(error.message, HasSubstr("no free connection (connect deadline) within 500 ms"));
  }
  on_loop([&] { client_.reset(); });
  silent.server().close_all();
}

TEST_F(EgressTest, StopsAtTheSizeCap) {
  server_.routes.add("GET", "/large", Auth::none, OriginCheck::mutations,
                     [](ResponderPtr r) { r->respond(200, {}, std::string(1000000, 'x')); });
  server_.listen();
  Request request;
  request.url = url("/large");
  request.max_bytes = 999999;
  EXPECT_EQ(run(request).error().code, Errc::too_large);
  request.max_bytes = 1000000;
  EXPECT_EQ(run(request).value().size(), 1000000U);
}

/// Answers one connection with `answer`, whatever is asked.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer)
      : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
        thread_([this, text = std::move(answer)] {
          boost::system::error_code ec;
          boost::asio::ip::tcp::socket socket(io_);
          acceptor_.accept(socket, ec);
          std::array<char, 4096> asked{};
          socket.read_some(boost::asio::buffer(asked), ec);
          boost::asio::write(socket, boost::asio::buffer(text), ec);
        }) {}
  ~OneAnswer() { thread_.join(); }
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/";
  }

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::thread thread_;
};

TEST_F(EgressTest, WhatIsNoHttpIsTheServersFault) {
  OneAnswer server("hello, this is no HTTP\r\n");
  Request request;
  request.method = "POST";
  request.url = server.url();
  EXPECT_EQ(run(request).error().code, Errc::network);
}

TEST_F(EgressTest, ATooLongLineOfTheHeadIsCalledThat) {
  OneAnswer server("HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x') + "\r\n\r\n");
  Request request;
  request.method = "POST";
  request.url = server.url();
  const auto result = run(request);
  EXPECT_EQ(result.error().code, Errc::too_large);
  EXPECT_THAT(result.error().message, HasSubstr("head is too long"));
}

TEST_F(EgressTest, PublicOnlyRefusesThisMachineHoweverItIsWritten) {
  int reached = 0;
  server_.routes.add("GET", "/*", Auth::none, OriginCheck::mutations, [&](ResponderPtr r) {
    ++reached;
    r->respond(200, {}, "");
  });
  server_.listen();
  const std::string port = ":" + std::to_string(server_.port()) + "/";
  for (const char* host :
       {"127.0.0.1", "localhost", "0", "0x7f000001", "2130706433", "017700000001", "127.1", "[::1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"}) {
    Request request;
    request.url = std::string("http://") + host + port;
    request.public_only = true;
    const auto result = run(request);
    ASSERT_FALSE(result.has_value()) << host;
    EXPECT_EQ(result.error().code, Errc::invalid) << host << result.error().message;
    EXPECT_FALSE(result.error().maybe_done) << host;
  }
  EXPECT_EQ(reached, 0);
}

TEST_F(EgressTest, PublicOnlyDoesNotReuseAConnectionThatWasNot) {
  int reached = 0;
  server_.routes.add("GET", "/*", Auth::none, OriginCheck::mutations, [&](ResponderPtr r) {
    ++reached;
    r->respond(200, {}, "");
  });
  server_.listen();
  Request request;
  request.url = url("/");
  ASSERT_TRUE(run(request).has_value());
  request.public_only = true;
  EXPECT_EQ(run(request).error().code, Errc::invalid);
  EXPECT_EQ(reached, 1);
}

TEST_F(EgressTest, FollowsRedirectsOnlyWhenAsked) {
  server_.routes.add("GET", "/from", Auth::none, OriginCheck::mutations, [](ResponderPtr r) {
    r->respond(302, {{"Location", "/to"}}, "moved");
  });
  server_.routes.add("GET", "/to", Auth::none, OriginCheck::mutations,
                     [](ResponderPtr r) { r->respond(200, {}, "here"); });
  server_.listen();
  Request request;
  request.url = url("/from");
  EXPECT_EQ(run(request).value(), "moved");
  request.max_redirects = 1;
  std::vector<unsigned> heads;
  Callbacks callbacks;
  callbacks.head = [&](unsigned status, const Headers&) { heads.push_back(status); };
  EXPECT_EQ(run(request, callbacks).value(), "here");
  EXPECT_EQ(heads, std::vector<unsigned>{200});
}

TEST_F(EgressTest, RedirectsWithoutEndAreTheServersFault) {
  server_.routes.add("GET", "/round", Auth::none, OriginCheck::mutations, [](ResponderPtr r) {
    r->respond(302, {{"Location", "/round"}}, "and round");
  });
  server_.listen();
  Request request;
  request.url = url("/round");
  request.max_redirects = 3;
  const auto result = run(request);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Errc::network);
  EXPECT_THAT(result.error().message, HasSubstr("redirects"));
}

TEST_F(EgressTest, AnUnknownNameIsANetworkErrorAndBlocksNobody) {
  Request request;
  request.url = "http://no-such-host.invalid/";
  const auto result = run(request);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Errc::network);
  EXPECT_FALSE(result.error().maybe_done);
}

}  // namespace
}  // namespace openclaw::http::egress
