#include "core/api/agent_name.hpp"

#include <gtest/gtest.h>

namespace openclaw::api {
namespace {

TEST(AgentName, AnAgentHasSeveralNamesAsAModel) {
  config::Config config;
  config.agents.assign(2, {});
  config.agents[0].id = "helper";
  config.agents[1].id = "support";
  for (const char* name : {"openclaw", "openclaw/default", "openclaw/helper", "openclaw:helper"}) {
    EXPECT_EQ(agent_of(name, config), "helper") << name;
  }
  EXPECT_EQ(agent_of("openclaw/support", config), "support");
  EXPECT_TRUE(has_agent(config, "support"));
  EXPECT_EQ(agent_of("openclaw/nobody", config), "nobody");
  EXPECT_FALSE(has_agent(config, "nobody"));
  for (const char* name : {"", "openai/gpt-4o", "openclawn/helper", "open"}) {
    EXPECT_FALSE(agent_of(name, config)) << name;
  }
}

}  // namespace
}  // namespace openclaw::api
