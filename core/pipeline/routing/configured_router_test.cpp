#include "core/pipeline/routing/configured_router.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

config::Config with(std::vector<config::Binding> bindings) {
  config::Config config;
  config.agents.resize(4);
  config.agents[1].id = "team";
  config.agents[2].id = "ops";
  config.agents[3].id = "ada";
  config::Channel channel;
  channel.name = "telegram";
  channel.account = "work";
  channel.agent = "team";
  config.channels.push_back(channel);
  config.bindings = std::move(bindings);
  return config;
}

std::string agent(const config::Config& config, ChatKind kind, const char* chat,
                  const char* thread = "", const Place& place = {}) {
  return configured_router(config)
      .route({"telegram", "work", chat, thread, "42", kind}, place)
      .agent;
}

TEST(ConfiguredRouter, KnowsTheAgentOfAnAccount) {
  EXPECT_EQ(agent(with({}), ChatKind::direct, "42"), "team");
}

TEST(ConfiguredRouter, TakesEveryFieldOfABinding) {
  config::Binding full{"ops", "telegram", "work", "group", "-100", "7", "g", "t", {"admin"}};
  const Place place{"", "g", "t", {"admin"}};
  EXPECT_EQ(agent(with({full}), ChatKind::group, "-100", "7", place), "ops");
  for (std::string config::Binding::*field :
       {&config::Binding::channel, &config::Binding::account, &config::Binding::peer,
        &config::Binding::thread, &config::Binding::guild, &config::Binding::team}) {
    config::Binding other = full;
    other.*field = "other";
    EXPECT_EQ(agent(with({other}), ChatKind::group, "-100", "7", place), "team");
  }
  config::Binding other = full;
  other.roles = {"other"};
  EXPECT_EQ(agent(with({other}), ChatKind::group, "-100", "7", place), "team");
}

TEST(ConfiguredRouter, KeepsTheKindsOfPeersApart) {
  const ChatKind kinds[] = {ChatKind::direct, ChatKind::group, ChatKind::room};
  const char* words[] = {"direct", "group", "channel"};
  for (std::size_t word = 0; word < 3; ++word) {
    for (std::size_t kind = 0; kind < 3; ++kind) {
      const auto config = with({{"ada", "telegram", "", words[word], "42", "", "", "", {}}});
      EXPECT_EQ(agent(config, kinds[kind], "42"), word == kind ? "ada" : "team");
    }
  }
}

}  // namespace
}  // namespace openclaw::pipeline
