// Nodes of a cluster that send a client elsewhere.
#include <gmock/gmock.h>

#include <thread>

#include "openclaw/testing/patience.hpp"
#include "test_opening.hpp"
#include "test_server.hpp"

namespace openclaw::redis {
namespace {

using testing::comes_true;
using ::testing::HasSubstr;
using testing::StoreInstance;

/// One node of a cluster, on a port.
class Node {
 public:
  [[nodiscard]] std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }
  void meet(const Node& other) {
    server_.run(Args{"CLUSTER", "MEET", "127.0.0.1", std::to_string(other.port_),
                     std::to_string(other.bus_)});
  }
  bool is_ready() {
    const auto info = server_.text(Args{"CLUSTER", "INFO"});
    return info.find("cluster_state:ok") != std::string::npos &&
           info.find("cluster_known_nodes:2") != std::string::npos;
  }
  TestServer& server() { return server_; }

 private:
  int port_ = free_port(), bus_ = free_port();
  TestServer server_{{"--appendonly", "yes", "--appendfsync", "always", "--port",
                      std::to_string(port_), "--cluster-enabled", "yes", "--cluster-port",
                      std::to_string(bus_)}};
};

TEST(Cluster, TheNodeThatHasTheStoreIsFollowed) {
  Node owner, other;
  EXPECT_THAT(open_writer(owner.url()).refusal, HasSubstr("CLUSTER INFO")) << "without any slots";
  owner.server().run(Args{"CLUSTER", "ADDSLOTSRANGE", "0", "16383"});
  other.meet(owner);
  ASSERT_TRUE(comes_true([&] { return owner.is_ready() && other.is_ready(); }));
  EXPECT_EQ(use(other.url()), "");
  EXPECT_GT(owner.server().number(Args{"DBSIZE"}), 0);
  EXPECT_EQ(use(owner.url()), "");
  EXPECT_EQ(share(other.url()), "");
  EXPECT_THAT(open_writer(owner.url() + "/1").refusal, HasSubstr("storage.url"))
      << "a cluster has one database";
}

TEST(Cluster, WhileTheSlotMovesNothingIsBegunAndThenAllOfItIsWritten) {
  Node owner, other;
  owner.server().run(Args{"CLUSTER", "ADDSLOTSRANGE", "0", "16383"});
  other.meet(owner);
  ASSERT_TRUE(comes_true([&] { return owner.is_ready() && other.is_ready(); }));
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(owner.url(), "opening"));
  auto writer = instance.writer();
  ASSERT_TRUE(writer.is_open()) << writer.last.message;
  const auto slot =
      std::to_string(owner.server().number(Args{"CLUSTER", "KEYSLOT", "{opening}:store"}));
  const auto id = other.server().text(Args{"CLUSTER", "MYID"});
  owner.server().run(Args{"CLUSTER", "SETSLOT", slot, "MIGRATING", id});
  std::thread ends([&] {
    EXPECT_TRUE(comes_true([&] {
      const auto errors = owner.server().text(Args{"INFO", "errorstats"});
      return errors.find("OCFIRST") != std::string::npos;
    }));
    owner.server().run(Args{"CLUSTER", "SETSLOT", slot, "STABLE"});
  });
  // To a session that has no transcript yet: of that key nobody can say whether it has moved.
  writer.one(
      testing::Finish{.transcript = {{OC_ROLE_USER, "hi"}}, .outbox = {{.idem_key = "one"}}});
  ends.join();
  EXPECT_EQ(writer.last.status, OC_OK) << writer.last.message;
  EXPECT_EQ(writer.history("agent:main:main").size(), 1u);
  EXPECT_EQ(writer.outbox().size(), 1u);
  writer.close();
  EXPECT_EQ(use(owner.url()), "") << "and it is whole";
}

}  // namespace
}  // namespace openclaw::redis
