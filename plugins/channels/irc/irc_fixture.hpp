// The plugin in a fake host, with shorthands for what an IRC server says.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "openclaw/testing/fake_host.hpp"

namespace openclaw::irc {

using openclaw::testing::FakeHost;
using openclaw::testing::OwnedMessage;

class IrcFixture : public ::testing::Test {
 protected:
  static constexpr const char* kConfig =
      R"({"server":"ircs://irc.example.org","nick":"bot","channels":["#room"]})";

  void create(std::string_view config = kConfig) {
    ASSERT_EQ(host.create(*oc_plugin_entry_1(0)->api, "irc", config), "");
  }
  /// Up to being in #room.
  void come_up(std::string_view config = kConfig) {
    create(config);
    start_op = host.start();
    welcome();
  }
  void welcome() {
    open();
    say(":irc.example.org CAP * LS :server-time message-tags account-tag");
    say(":irc.example.org CAP * ACK :server-time message-tags account-tag");
    say(":irc.example.org 001 bot :Welcome");
    say(":irc.example.org 005 bot CASEMAPPING=ascii NICKLEN=30 :are supported");
    say(":bot!~openclaw@gw.example.org JOIN #room");
  }
  openclaw::testing::Connection& connection() { return host.connections.back(); }
  void open() { host.connection_open(connection().op); }
  void say(const std::string& line) { host.connection_data(connection().op, line + "\r\n", true); }
  void cut() { host.fail(connection().op, {OC_E_NET, "reset by peer", OC_EF_MAYBE_DONE}); }
  /// What was sent over the newest connection, line by line, since the last call.
  std::vector<std::string> sent() {
    std::string all;
    auto& pieces = connection().sent;
    for (; read_of(connection().op) < pieces.size(); ++read_of(connection().op)) {
      all += pieces[read_of(connection().op)].payload;
    }
    std::vector<std::string> lines;
    for (std::size_t end = all.find("\r\n"); end != std::string::npos; end = all.find("\r\n")) {
      lines.push_back(all.substr(0, end));
      all.erase(0, end + 2);
    }
    return lines;
  }
  /// Answers the newest of the messages' PINGs among `lines`.
  void pong(const std::vector<std::string>& lines) {
    for (const auto& line : lines) {
      if (line.starts_with("PING :"))
        say(":irc.example.org PONG irc.example.org " + line.substr(5));
    }
  }
  static OwnedMessage message(const std::string& chat = "#room", const std::string& text = "hi") {
    OwnedMessage m;
    m.chat_id = chat;
    m.text = text;
    return m;
  }
  [[nodiscard]] std::uint32_t state() const {
    return host.statuses.empty() ? 0 : host.statuses.back().first;
  }
  [[nodiscard]] std::string reason() const {
    return host.statuses.empty() ? "" : host.statuses.back().second;
  }
  [[nodiscard]] bool succeeded(oc_op op) const {
    const auto* done = host.completion(op);
    return done != nullptr && !done->failure;
  }
  [[nodiscard]] openclaw::testing::Failure failure(oc_op op) const {
    const auto* done = host.completion(op);
    return done != nullptr && done->failure ? *done->failure : openclaw::testing::Failure{0, "", 0};
  }

  FakeHost host;
  oc_op start_op = 0;

 private:
  std::size_t& read_of(oc_op op) { return read_[op]; }
  std::map<oc_op, std::size_t> read_;
};

}  // namespace openclaw::irc
