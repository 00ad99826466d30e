// What callbacks may do in the middle of a transfer: pause it, cancel it, end or ask the client.
#include <gmock/gmock.h>

#include <future>

#include "core/http/egress/client_fixture.hpp"

namespace openclaw::http::egress {
namespace {

TEST_F(EgressTest, APausedTransferHoldsItsBytes) {
  server_.routes.add("GET", "/two", Auth::none, OriginCheck::mutations,
                     [](ResponderPtr r) { r->respond(200, {}, std::string(3000000, 'x')); });
  server_.listen();
  Request request;
  request.url = url("/two");
  std::promise<Result<std::string>> done;
  std::size_t received = 0;
  unsigned pauses = 0;
  TransferId id = 0;
  Callbacks callbacks;
  callbacks.data = [&](std::string_view piece) {
    received += piece.size();
    if (++pauses > 3) return;
    client_->pause(id, true);
    loop_.after(runtime::Millis(1), [&, before = received] {
      EXPECT_EQ(received, before);
      client_->pause(id, false);
    });
  };
  callbacks.done = [&](Result<std::string> body) { done.set_value(std::move(body)); };
  loop_.post([&] { id = client_->start(request, callbacks); });
  EXPECT_TRUE(done.get_future().get().has_value());
  EXPECT_EQ(received, 3000000U);
  EXPECT_GT(pauses, 3U);
}

TEST_F(EgressTest, CancellingInEveryCallbackIsSafe) {
  server_.routes.add("GET", "/stream", Auth::none, OriginCheck::mutations, [](ResponderPtr r) {
    r->begin(200, {});
    r->write("part");
    r->end();
  });
  server_.listen();
  for (const int where : {0, 1, 2}) {
    std::promise<Result<std::string>> done;
    TransferId id = 0;
    Callbacks callbacks;
    callbacks.head = [&](unsigned, const Headers&) {
      if (where == 1) client_->cancel(id);
    };
    callbacks.data = [&](std::string_view) {
      EXPECT_EQ(where, 2);
      client_->cancel(id);
    };
    callbacks.done = [&](Result<std::string> body) {
      client_->cancel(id);
      done.set_value(std::move(body));
    };
    loop_.post([&] {
      Request request;
      request.url = url("/stream");
      id = client_->start(request, callbacks);
      if (where == 0) client_->cancel(id);
    });
    const auto result = done.get_future().get();
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, Errc::cancelled) << where << result.error().message;
  }
}

TEST_F(EgressTest, DestroyingTheClientInEveryCallbackIsSafe) {
  server_.routes.add("GET", "/stream", Auth::none, OriginCheck::mutations, [](ResponderPtr r) {
    r->begin(200, {});
    r->write("part");
    r->end();
  });
  server_.listen();
  for (const int where : {0, 1, 2}) {
    std::promise<void> destroyed;
    const auto destroy = [&](int at) {
      ASSERT_LE(at, where) << "called after the client was destroyed";
      if (at != where) return;
      client_.reset();
      destroyed.set_value();
    };
    Callbacks callbacks;
    callbacks.head = [&](unsigned, const Headers&) { destroy(0); };
    callbacks.data = [&](std::string_view) { destroy(1); };
    callbacks.done = [&](const Result<std::string>&) { destroy(2); };
    on_loop([&] {
      if (client_ == nullptr) client_ = std::make_unique<Client>(loop_);
      Request request;
      request.url = url("/stream");
      client_->start(request, callbacks);
      client_->start(request, {});
    });
    destroyed.get_future().wait();
    on_loop([] {});  // what was posted on the way out has run
  }
}

TEST_F(EgressTest, StartingInACallbackWorks) {
  server_.routes.add("GET", "/hello", Auth::none, OriginCheck::mutations,
                     [](ResponderPtr responder) { responder->respond(200, {}, "hello"); });
  server_.listen();
  std::promise<std::string> second;
  Request request;
  request.url = url("/hello");
  Callbacks callbacks;
  callbacks.data = [&](std::string_view) {
    Callbacks inner;
    inner.done = [&](Result<std::string> body) { second.set_value(body.value()); };
    client_->start(request, inner);
  };
  ASSERT_TRUE(run(request, callbacks).has_value());
  EXPECT_EQ(second.get_future().get(), "hello");
}

}  // namespace
}  // namespace openclaw::http::egress
