// What "oc.connection/1" lets a plugin do, and what it refuses.
#include "openclaw/host/connection.h"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "core/host/instance_fixture.hpp"

namespace openclaw::host {

using sdk::str;
using ::testing::HasSubstr;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// What the plugin was called back with; each promise is kept once.
struct Seen {
  Script* script = nullptr;
  std::promise<void> opened, done;
  std::promise<std::string> line;
  std::string received;
  oc_status code = OC_OK;
  std::uint32_t flags = 0;
  std::string json, message, detail;

  static Seen& of(void* user) { return *static_cast<Seen*>(user); }
};

const oc_connection_callbacks connection_callbacks = {
    sizeof(oc_connection_callbacks), 0,
    [](oc_inst*, void* user, oc_op) noexcept { Seen::of(user).opened.set_value(); },
    [](oc_inst*, void* user, oc_op, oc_str payload, std::uint32_t) noexcept {
      Seen& seen = Seen::of(user);
      seen.received += sdk::view(payload);
      if (seen.received.ends_with("\n")) seen.line.set_value(seen.received);
    },
    [](oc_inst*, void* user, oc_op, const oc_error* error, oc_str closing, oc_buf body) noexcept {
      Seen& seen = Seen::of(user);
      sdk::take(body);
      seen.json = sdk::copy(closing);
      if (error != nullptr) {
        seen.code = error->code;
        seen.flags = error->flags;
        seen.message = sdk::copy(error->msg);
        seen.detail = sdk::copy(error->detail_json);
      }
      seen.done.set_value();
    }};

/// Answers one client's first line with itself, and leaves when the client does.
class EchoOnce {
 public:
  EchoOnce() : thread_([this] { serve(); }) {}
  ~EchoOnce() {
    asio::io_context io;
    boost::system::error_code ignored;  // for an accept that nobody came to
    tcp::socket(io).connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  EchoOnce(const EchoOnce&) = delete;
  EchoOnce& operator=(const EchoOnce&) = delete;
  [[nodiscard]] std::string url() const {
    return "tcp://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }

 private:
  void serve() {
    boost::system::error_code ec;
    tcp::socket socket(io_);
    acceptor_.accept(socket, ec);
    std::string line;
    const std::size_t n = asio::read_until(socket, asio::dynamic_buffer(line), "\n", ec);
    asio::write(socket, asio::buffer(line.data(), n), ec);
    char rest = 0;
    socket.read_some(asio::buffer(&rest, 1), ec);
  }
  asio::io_context io_;
  tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
  std::thread thread_;
};

class ConnectionServiceTest : public InstanceTest {
 protected:
  const oc_connection& service() { return *script.service<oc_connection>("oc.connection/1"); }
  oc_op connect(const std::string& url, const char* header = "x") {
    oc_op op = 0;
    on_loop([&] {
      const oc_kv kv = {str("X-Key"), str(header)};
      oc_connect_request r{};
      r.size = sizeof r;
      r.url = str(url);
      r.headers = &kv;
      r.n_headers = 1;
      op = service().connect(script.host, &r, &connection_callbacks, &seen);
    });
    return op;
  }
  oc_status send(oc_op op, const std::string& text, std::uint32_t flags = 0) {
    oc_status status = OC_OK;
    on_loop([&] { status = service().send(script.host, op, str(text), flags); });
    return status;
  }
  void wait(std::promise<void>& what) {
    ASSERT_EQ(what.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  }

  Seen seen;
  EchoOnce peer;  ///< outlives the instance, so that it sees its connection end
};

TEST_F(ConnectionServiceTest, FillsSecretsInOnlyWhereASendAsksForIt) {
  make({}, {}, R"({"botToken":"canary-secret-1","apiRoot":")" + peer.url() + R"("})");
  const oc_op op = connect(peer.url());
  ASSERT_NE(op, 0U);
  wait(seen.opened);
  EXPECT_EQ(send(op, "text ${secret:botToken} ", 0), OC_OK);
  EXPECT_EQ(send(op, "${secret:unset}\n", OC_SEND_SECRETS), OC_E_AUTH);
  EXPECT_EQ(send(op, "${secret:botToken} ${base64:${secret:botToken}}\n", OC_SEND_SECRETS), OC_OK);
  EXPECT_EQ(seen.line.get_future().get(),
            "text ${secret:botToken} canary-secret-1 Y2FuYXJ5LXNlY3JldC0x\n");
  on_loop([&] { EXPECT_EQ(service().close(script.host, op, 1000, {}), OC_OK); });
  wait(seen.done);
  EXPECT_EQ(seen.code, OC_OK);
  EXPECT_EQ(seen.json, R"({"code":1000,"reason":""})");
  EXPECT_EQ(send(op, "late\n"), OC_E_NOTFOUND);
}

TEST_F(ConnectionServiceTest, ASecretGoesToNoOtherHost) {
  make({}, {}, R"({"botToken":"canary-secret-1"})");
  const oc_op op = connect(peer.url());
  wait(seen.opened);
  EXPECT_EQ(send(op, "${secret:botToken}\n", OC_SEND_SECRETS), OC_E_AUTH);
  on_loop([&] { script.api->cancel(script.host, op); });
  wait(seen.done);
  EXPECT_EQ(seen.code, OC_E_CANCELLED);
}

TEST_F(ConnectionServiceTest, AHeaderWithASecretForAnotherHostIsRefused) {
  make({}, {}, R"({"botToken":"canary-secret-1"})");
  ASSERT_NE(connect("ws://127.0.0.1:1/", "Bot ${secret:botToken}"), 0U);
  wait(seen.done);
  EXPECT_EQ(seen.code, OC_E_AUTH);
  EXPECT_EQ(seen.flags, OC_EF_NOT_DONE);
}

TEST_F(ConnectionServiceTest, AHeaderWithALineBreakIsRefused) {
  make();
  ASSERT_NE(connect("ws://127.0.0.1:1/", "a\r\nX-Injected: 1"), 0U);
  wait(seen.done);
  EXPECT_EQ(seen.code, OC_E_INVAL);
}

TEST_F(ConnectionServiceTest, WhatNeverStoodSurelyDidNothing) {
  std::string url;
  {
    asio::io_context io;
    tcp::acceptor nobody(io, {asio::ip::address_v4::loopback(), 0});
    url = "tcp://127.0.0.1:" + std::to_string(nobody.local_endpoint().port());
  }
  make();
  ASSERT_NE(connect(url), 0U);
  wait(seen.done);
  EXPECT_EQ(seen.code, OC_E_NET);
  EXPECT_EQ(seen.flags, OC_EF_NOT_DONE | OC_EF_RETRY);
  EXPECT_THAT(seen.message, HasSubstr("cannot connect to 127.0.0.1:"));
}

TEST_F(ConnectionServiceTest, AStructThatIsTooShortIsRefused) {
  make();
  on_loop([&] {
    oc_connect_request r{};
    r.size = sizeof r - 8;
    r.url = str("tcp://127.0.0.1:1");
    EXPECT_EQ(service().connect(script.host, &r, &connection_callbacks, &seen), 0U);
    r.size = sizeof r;
    oc_connection_callbacks few = connection_callbacks;
    few.data = nullptr;
    EXPECT_EQ(service().connect(script.host, &r, &few, &seen), 0U);
  });
}

TEST_F(ConnectionServiceTest, NothingIsDeliveredOnceTheInstanceIsDestroyed) {
  make();
  ASSERT_NE(connect(peer.url()), 0U);
  wait(seen.opened);
  on_loop([this] { instance->destroy(); });
  // The peer sees the end, or its thread would not be joined below.
  EXPECT_EQ(seen.done.get_future().wait_for(std::chrono::seconds(0)), std::future_status::timeout);
}

}  // namespace
}  // namespace openclaw::host
