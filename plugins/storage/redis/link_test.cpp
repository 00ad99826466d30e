// Servers that are silent, paused, or none of Redis.
#include "link.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "reader.hpp"
#include "test_server.hpp"

namespace openclaw::redis {
namespace {

using std::chrono::steady_clock;
using ::testing::HasSubstr;

/// Takes one connection, says something at once, and holds it until the client has gone.
class Impostor {
 public:
  explicit Impostor(std::string words, bool when_asked = false)
      : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 1) != 0) {
      throw std::runtime_error("cannot listen");
    }
    thread_ = std::thread([this, said = std::move(words), when_asked] {
      const int client = ::accept(listener_, nullptr, nullptr);
      char question = 0;
      if (when_asked) ::recv(client, &question, 1, MSG_PEEK);
      ::send(client, said.data(), said.size(), MSG_NOSIGNAL);
      char byte = 0;
      while (::recv(client, &byte, 1, 0) > 0) {
      }
      ::close(client);
    });
  }
  ~Impostor() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  Impostor(const Impostor&) = delete;
  Impostor& operator=(const Impostor&) = delete;
  [[nodiscard]] Address address(const std::string& scheme = "redis://") const {
    return read_address(scheme + "127.0.0.1:" + std::to_string(port_));
  }

 private:
  int port_ = free_port();
  int listener_;
  std::thread thread_;
};

RedisError failure_to_open(const Address& address, std::uint32_t deadline_ms) {
  Link link(address);
  try {
    link.open(deadline_in(deadline_ms));
  } catch (const RedisError& error) {
    EXPECT_FALSE(link.is_open());
    return error;
  }
  return {RedisError::Kind::server, "it opened"};
}

TEST(Link, ASilentServerIsGivenUpInTime) {
  for (const char* scheme : {"redis://", "rediss://"}) {
    const Impostor silent("");
    const auto begun = steady_clock::now();
    const RedisError error = failure_to_open(silent.address(scheme), 200);
    EXPECT_EQ(error.kind, RedisError::Kind::unreachable);
    EXPECT_THAT(error.what(), HasSubstr("no answer in time"));
    EXPECT_LT(steady_clock::now() - begun, std::chrono::seconds(5));
  }
}

TEST(Link, AServerThatIsNoneOfRedisIsTold) {
  for (const char* words : {"HTTP/1.1 400 Bad Request\r\n\r\n", "\x15\x03\x03\x00\x02\x02\x46",
                            "*-7\r\n", "$99999999999999999999\r\n"}) {
    const Impostor other(words);
    const RedisError error = failure_to_open(other.address(), 2'000);
    EXPECT_NE(error.kind, RedisError::Kind::server) << words << error.what();
  }
}

TEST(Link, WhatAServerSaysAtOnceIsToldInItsWords) {
  const Impostor full("-ERR max number of clients reached\r\n");
  EXPECT_THAT(failure_to_open(full.address(), 2'000).what(), HasSubstr("max number of clients"));
  const Impostor guarded(
      "-DENIED Redis is running in protected mode because no password is set\r\n");
  EXPECT_THAT(failure_to_open(guarded.address(), 2'000).what(), HasSubstr("protected mode"));
}

TEST(Link, WhatARefusedPasswordIsAnsweredWithDoesNotHoldIt) {
  const Impostor simple(
      "-ERR unknown command 'AUTH', with args beginning with: 'secret-of-mine'\r\n", true);
  Address address = simple.address("redis://");
  address.password = "secret-of-mine";
  const RedisError error = failure_to_open(address, 2'000);
  EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("secret-of-mine")));
  EXPECT_THAT(error.what(), HasSubstr("AUTH"));
}

TEST(Link, TheCodeOfAFirstWriteIsReadInBothForms) {
  for (const char* words :
       {"-OCFIRST READONLY You can't write against a read only replica.\r\n",
        "-OCFIRST @user_script: 7: -READONLY You can't write against a read only replica.\r\n"}) {
    const Impostor replica(words);
    Address address = replica.address("redis://");
    address.password = "x";
    const RedisError error = failure_to_open(address, 2'000);
    EXPECT_EQ(error.code, "READONLY") << error.what();
  }
}

TEST(Link, APausedServerHoldsNobodyUpLongerThanAllowed) {
  TestServer server;
  testing::StoreInstance instance(*oc_plugin_entry_1(0)->api, section(server.url(), "paused"));
  auto writer = instance.writer();
  Reader reader(read_settings(section(server.url(), "paused")));
  server.signal(SIGSTOP);
  const auto begun = steady_clock::now();
  try {
    reader.max_epoch(200);
    ADD_FAILURE() << "it answered";
  } catch (const sdk::StoreError& error) {
    EXPECT_EQ(error.code, OC_E_DEADLINE) << error.what();
  }
  EXPECT_LT(steady_clock::now() - begun, std::chrono::seconds(5));
  server.signal(SIGCONT);
  EXPECT_EQ(reader.max_epoch(20'000), 0u) << "and it goes on";
}

TEST(Link, AnyBytesGoThereAndBack) {
  TestServer& server = TestServer::shared();
  Link link(read_address(server.url()));
  link.open(deadline_in(20'000));
  using namespace std::string_literals;
  for (const auto& text : {""s, "\r\n"s, "a\0b"s, std::string(20 << 20, 'x')}) {
    EXPECT_TRUE(link.run(Args{"ECHO", text}, deadline_in(20'000)).text() == text) << text.size();
  }
  EXPECT_THROW(link.run(Args{"NOSUCH"}, deadline_in(20'000)), RedisError);
  EXPECT_TRUE(link.is_open()) << "an error is an answer too";
}

}  // namespace
}  // namespace openclaw::redis
