// HTTP requests and WebSockets on their way to a channel that answers, is stuck, or is shut out.
#include <gmock/gmock.h>

#include "core/host/handover.hpp"
#include "core/host/instance_fixture.hpp"
#include "openclaw/host/route.h"

namespace openclaw::host {

using runtime::Millis;
using sdk::str;

namespace {

class FakeRequest final : public http::Request {
 public:
  explicit FakeRequest(std::string body) : body_(std::move(body)) {}
  std::string_view method() const override { return "GET"; }
  std::string_view path() const override { return "/channels/scripted/x"; }
  std::string_view query() const override { return {}; }
  std::string_view header(std::string_view) const override { return {}; }
  http::Headers headers() const override { return {}; }
  std::string_view body() const override { return body_; }
  const std::string& client_ip() const override { return ip_; }

 private:
  std::string body_, ip_ = "127.0.0.1";
};

/// What became of a request; shared by the test and the responder.
struct Said {
  std::promise<unsigned> status;
  http::Headers headers;
  runtime::Task gone;            ///< what a client that goes away sets off
  std::atomic<bool> held{true};  ///< the responder is still somewhere
};

class FakeResponder final : public http::Responder {
 public:
  FakeResponder(std::shared_ptr<Said> said, runtime::Loop& loop, std::string body)
      : said_(std::move(said)), loop_(loop), request_(std::move(body)) {}
  ~FakeResponder() override {
    if (!answered_) said_->status.set_value(500);
    said_->held = false;
  }
  void respond(unsigned status, http::Headers headers, std::string) override {
    answered_ = true;
    said_->headers = std::move(headers);
    said_->status.set_value(status);
  }
  void begin(unsigned, http::Headers) override {}
  bool write(std::string) override { return false; }
  void end() override {}
  void on_gone(runtime::Task gone) override { said_->gone = std::move(gone); }
  const http::Request& request() const override { return request_; }
  runtime::Loop& loop() override { return loop_; }

 private:
  std::shared_ptr<Said> said_;
  runtime::Loop& loop_;
  FakeRequest request_;
  bool answered_ = false;
};

/// A WebSocket's first close; shared by the test and the socket.
using Closed = std::shared_ptr<std::vector<std::uint16_t>>;

class FakeSocket final : public http::WebSocket {
 public:
  explicit FakeSocket(Closed closed) : closed_(std::move(closed)) {}
  bool send(std::string, bool) override { return true; }
  void close(std::uint16_t code, std::string_view) override { closed_->push_back(code); }

 private:
  Closed closed_;
};

class FakeInFlight final : public http::InFlight {
 public:
  explicit FakeInFlight(std::atomic<int>& dealt_with) : dealt_with_(dealt_with) {}
  ~FakeInFlight() override { ++dealt_with_; }

 private:
  std::atomic<int>& dealt_with_;
};

/// Holds a loop, as a plugin does that blocks.
class Stuck {
 public:
  explicit Stuck(runtime::Loop& loop) {
    std::promise<void> inside;
    loop.post([&inside, gate = gate_.get_future().share()] {
      inside.set_value();
      gate.wait();
    });
    inside.get_future().wait();
  }
  ~Stuck() { release(); }
  Stuck(const Stuck&) = delete;
  Stuck& operator=(const Stuck&) = delete;
  void release() {
    if (!std::exchange(released_, true)) gate_.set_value();
  }

 private:
  std::promise<void> gate_;
  bool released_ = false;
};

}  // namespace

class RouteTest : public InstanceTest {
 protected:
  template <class Fn>
  void on_home(Fn fn) {
    std::promise<void> ran;
    home.post([&] {
      fn();
      ran.set_value();
    });
    ASSERT_EQ(ran.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  }
  /// Asks the route that the script added; home is the connection's loop.
  std::shared_ptr<Said> ask(std::string body = {}) {
    const auto said = std::make_shared<Said>();
    const auto match = routes.find("GET", "/channels/scripted/x");
    on_home([&] {
      match.route->handler(std::make_unique<FakeResponder>(said, home, std::move(body)));
    });
    return said;
  }
  static unsigned status(const std::shared_ptr<Said>& said) {
    auto future = said->status.get_future();
    return get(future);
  }
  void add_route() {
    on_loop([this] {
      EXPECT_EQ(script.service<oc_route>("oc.route/1")
                    ->add(
                        script.host, str("GET"), str("/channels/scripted/x"),
                        [](oc_inst* i, void*, oc_op op, const oc_route_request*) noexcept {
                          script_of(i).cancelled.push_back(op);  // kept for a later reply
                        },
                        nullptr),
                OC_OK);
    });
  }
  oc_status reply(oc_op op) {
    return script.service<oc_route>("oc.route/1")->reply(script.host, op, 200, nullptr, 0, {});
  }
  std::size_t taken() {
    std::size_t count = 0;
    on_loop([&] { count = script.cancelled.size(); });
    return count;
  }

  void add_ws() {
    static const oc_ws_events events = {
        sizeof events, 0, [](oc_inst*, void*, oc_op, const oc_route_request*) noexcept {},
        [](oc_inst* i, void*, oc_op ws, oc_str, std::uint32_t) noexcept {
          script_of(i).cancelled.push_back(ws);
        },
        [](oc_inst*, void*, oc_op, std::uint32_t) noexcept {}};
    on_loop([this] {
      EXPECT_EQ(
          script.service<oc_route>("oc.route/1")
              ->add_ws(script.host, str("/channels/scripted/ws"), nullptr, 0, &events, nullptr),
          OC_OK);
    });
  }
  std::unique_ptr<http::WebSocketEvents> connect(const Closed& closed) {
    const auto match = routes.find_websocket("/channels/scripted/ws");
    std::unique_ptr<http::WebSocketEvents> events;
    on_home([&] {
      events = match.route->websocket(FakeRequest{{}}, std::make_unique<FakeSocket>(closed));
    });
    return events;
  }
};

TEST_F(RouteTest, RoutesOutsideTheManifestAreRefused) {
  make();
  on_loop([this] {
    const auto add = script.service<oc_route>("oc.route/1")->add;
    const auto never = [](oc_inst*, void*, oc_op, const oc_route_request*) noexcept {};
    for (const char* path :
         {"/health", "/channels/scripted", "/channels/scripted/", "/channels/other/x", "/*"}) {
      EXPECT_EQ(add(script.host, str("GET"), str(path), never, nullptr), OC_E_AUTH) << path;
    }
  });
}

TEST_F(RouteTest, ARouteIsAnsweredOnceWithoutSplitHeaders) {
  make();
  add_route();
  const auto said = ask();
  on_loop([this] {
    ASSERT_EQ(script.cancelled.size(), 1U);
    const oc_kv headers[] = {{str("X-Good"), str("1")}, {str("X-Bad"), str("1\r\nX-Split: 2")}};
    const auto reply = script.service<oc_route>("oc.route/1")->reply;
    EXPECT_EQ(reply(script.host, script.cancelled[0], 201, headers, 2, {}), OC_OK);
    EXPECT_EQ(reply(script.host, script.cancelled[0], 201, headers, 2, {}), OC_E_NOTFOUND);
  });
  auto status = said->status.get_future();
  EXPECT_EQ(get(status), 201U);
  EXPECT_EQ(said->headers, (http::Headers{{"X-Good", "1"}}));
}

TEST_F(RouteTest, ARouteThatIsNotAnsweredInTimeGets504) {
  Deadlines deadlines;
  deadlines.reply = runtime::Millis{1};
  make(deadlines);
  add_route();
  const auto said = ask();
  auto status = said->status.get_future();
  EXPECT_EQ(get(status), 504U);
}

TEST_F(RouteTest, TooManyWaitingRequestsAndAStopGet503) {
  Limits limits;
  limits.replies = 1;
  make({}, limits);
  add_route();
  const auto waits = ask();
  const auto refused = ask();
  auto second = refused->status.get_future();
  EXPECT_EQ(get(second), 503U);
  on_loop([this] { instance->destroy(); });
  auto first = waits->status.get_future();
  EXPECT_EQ(get(first), 503U);
  EXPECT_EQ(routes.find("GET", "/channels/scripted/x").route, nullptr);
}

TEST_F(RouteTest, TheInstanceHearsThatItIsLateOnlyIfItHasTheRequest) {
  make();
  const auto inflow = std::make_shared<Inflow>(10, 10000);
  for (const bool taken : {false, true}) {
    const auto said = std::make_shared<Said>();
    bool late = false;
    std::shared_ptr<Handover> handover;
    on_home([&] {
      auto responder = std::make_unique<FakeResponder>(said, home, std::string{});
      OwnedRequest request(responder->request());
      handover = std::make_shared<Handover>(std::move(request), std::move(responder),
                                            std::move(*inflow->request(1)));
      if (taken) {
        EXPECT_EQ(handover->take()->path, "/channels/scripted/x");
      }
      handover->watch(Millis{1}, [&] { late = true; });
    });
    EXPECT_EQ(status(said), 504U);
    on_home([] {});  // behind the timer
    EXPECT_EQ(late, taken);
    EXPECT_FALSE(handover->take());
    handover->answer(200, {}, {});  // too late, and without effect
  }
}

TEST_F(RouteTest, WhatAStuckLoopHasNotTakenIsBounded) {
  Limits limits;
  limits.inflow = 1;
  make({}, limits);
  add_route();
  Stuck stuck(loop);
  const auto waits = ask();
  EXPECT_EQ(status(ask()), 503U);
  stuck.release();
  EXPECT_EQ(taken(), 1U);
  ask();
  EXPECT_EQ(taken(), 2U);
}

TEST_F(RouteTest, AStuckLoopKeepsNobodyWaitingPastTheDeadline) {
  Deadlines deadlines;
  deadlines.reply = Millis{1};
  make(deadlines);
  add_route();
  Stuck stuck(loop);
  const auto said = ask();
  EXPECT_EQ(status(said), 504U);
  on_home([] {});
  EXPECT_FALSE(said->held);
  stuck.release();
  EXPECT_EQ(taken(), 0U) << "nobody waits for it any more";
}

TEST_F(RouteTest, AClientThatGoesAwayTakesItsRequestWithIt) {
  Limits limits;
  limits.inflow_bytes = 100000;
  make({}, limits);
  add_route();
  Stuck stuck(loop);
  const std::string body(60000, 'x');
  const auto gone = ask(body);
  EXPECT_EQ(status(ask(body)), 503U);
  on_home([&] { gone->gone(); });
  EXPECT_FALSE(gone->held);
  const auto next = ask(body);
  stuck.release();
  EXPECT_EQ(taken(), 1U);
  on_loop([this] { EXPECT_EQ(reply(script.cancelled.at(0)), OC_OK); });
  EXPECT_EQ(status(next), 200U);
}

TEST_F(RouteTest, AFencedInstanceRefusesAtOnceThoughItsLoopIsStuck) {
  make();
  add_route();
  add_ws();
  Stuck stuck(loop);
  instance->fence("it blocked");
  EXPECT_EQ(status(ask()), 503U);
  const auto closed = std::make_shared<std::vector<std::uint16_t>>();
  const auto events = connect(closed);
  EXPECT_EQ(*closed, std::vector<std::uint16_t>{1013});
  stuck.release();
  on_loop([] {});
}

TEST_F(RouteTest, AWebSocketThatFillsAStuckLoopIsClosed) {
  Limits limits;
  limits.inflow_bytes = 10000;
  make({}, limits);
  add_ws();
  std::atomic<int> dealt_with{0};
  const auto closed = std::make_shared<std::vector<std::uint16_t>>();
  Stuck stuck(loop);
  const auto events = connect(closed);
  const auto say = [&] {
    on_home([&] {
      events->message(std::string(6000, 'x'), false, std::make_unique<FakeInFlight>(dealt_with));
    });
  };
  say();
  EXPECT_TRUE(closed->empty());
  EXPECT_EQ(dealt_with, 0);
  say();
  EXPECT_EQ(*closed, std::vector<std::uint16_t>{1013});
  EXPECT_EQ(dealt_with, 1);
  stuck.release();
  EXPECT_EQ(taken(), 1U);
  EXPECT_EQ(dealt_with, 2);
}

}  // namespace openclaw::host
