// The promises of every channel, for this one.
#include "openclaw/testing/channel_contract.hpp"

#include "irc_fixture.hpp"

namespace openclaw::irc {
namespace {

struct IrcContract {
  static constexpr const char* kName = "irc";
  static std::string config() {
    return R"({"server":"irc://127.0.0.1","nick":"bot","channels":["#room"]})";
  }
  static std::string chat() { return "#room"; }
  static void answer(FakeHost&, openclaw::testing::HttpCall&) {}

  /// What a server does that has nothing against us.
  static void answer(FakeHost& host, openclaw::testing::Connection& connection) {
    const oc_op op = connection.op;
    if (connection.closed_with) return host.connection_closed(op);
    if (!connection.open) {
      host.connection_open(op);
      host.connection_data(op, ":s 001 bot :hi\r\n:bot!u@h JOIN #room\r\n");
    }
    for (const auto& ping : pings(connection)) {
      host.connection_data(op, ":s PONG s " + ping + "\r\n");
    }
  }
  /// NOT_DONE is what a server says of a message that it refuses; a network never says so.
  static void fail(FakeHost& host, openclaw::testing::Connection& connection,
                   const openclaw::testing::Failure& failure) {
    const auto waiting = pings(connection);
    if ((failure.flags & OC_EF_NOT_DONE) == 0 || waiting.empty()) {
      return host.fail(connection.op, failure);
    }
    host.connection_data(connection.op,
                         ":s 404 bot #room :Cannot send\r\n:s PONG s " + waiting.back() + "\r\n");
  }
  static std::vector<std::string> pings(const openclaw::testing::Connection& connection) {
    std::vector<std::string> found;
    for (const auto& piece : connection.sent) {
      const auto at = piece.payload.find("PING :");
      if (at == std::string::npos) continue;
      found.push_back(piece.payload.substr(at + 5, piece.payload.find('\r', at) - at - 5));
    }
    return found;
  }
};

}  // namespace
}  // namespace openclaw::irc

namespace openclaw::testing {
INSTANTIATE_TYPED_TEST_SUITE_P(Irc, ChannelContract, openclaw::irc::IrcContract);
}  // namespace openclaw::testing
