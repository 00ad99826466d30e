#include "core/api/cluster.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace openclaw::api {
namespace {

TEST(ClusterJson, OneGatewayAloneHasNoName) {
  EXPECT_EQ(cluster_json(nullptr, {}), R"({"instance":null,"members":[]})");
}

TEST(ClusterJson, AMemberIsToldWithWhatItSaysOfItself) {
  pipeline::Member a;
  a.instance = "a";
  a.info_json = R"({"version":"0.1.0","port":3000,"leaseSeconds":10,"secret":"not ours to tell"})";
  a.process = "host, pid 7";
  a.leases = {"telegram:poll"};
  a.since_ms = 1'700'000'000'123;
  a.lease_left_ms = 9000;
  a.messages = 3;
  a.replies = 1;
  pipeline::Member b;
  b.instance = "b";
  b.info_json = "no JSON";
  const std::string name = "a";
  const auto out = nlohmann::json::parse(cluster_json(&name, {a, b}));
  EXPECT_EQ(out["instance"], "a");
  EXPECT_EQ(out["members"][0], nlohmann::json::parse(R"({
    "instance": "a", "process": "host, pid 7", "since": 1700000000, "leaseLeftMs": 9000,
    "messages": 3, "replies": 1, "leases": ["telegram:poll"], "version": "0.1.0", "port": 3000,
    "leaseSeconds": 10})"));
  EXPECT_FALSE(out["members"][1].contains("version"));
}

}  // namespace
}  // namespace openclaw::api
