#include "core/pipeline/turn/provider_chain.hpp"

#include <gtest/gtest.h>

#include "core/pipeline/testing/scripted_ports.hpp"

namespace openclaw::pipeline {
namespace {

class ProviderChain : public ::testing::Test {
 protected:
  std::string chain(const std::string& chosen = {}) {
    std::string out;
    for (const auto& ref : provider_chain(agent, providers, {"first", "second"}, chosen)) {
      out += (out.empty() ? "" : " ") + ref.provider + "/" + ref.model;
    }
    return out;
  }

  runtime::Loop loop{"test"};
  scripted::ScriptedProvider first{loop, "first"}, second{loop, "second"};
  std::map<std::string, ProviderPort*> providers{{"first", &first}, {"second", &second}};
  config::Agent agent;
};

TEST_F(ProviderChain, WithoutAnythingSaidItIsAllInOrder) {
  EXPECT_EQ(chain(), "first/first-model second/second-model");
  agent.model = "big";
  EXPECT_EQ(chain(), "first/big second/second-model");
}

TEST_F(ProviderChain, TheAgentsOwnComesFirstAndOnce) {
  agent.provider = "second";
  agent.model = "big";
  EXPECT_EQ(chain(), "second/big first/first-model");
  agent.default_fallbacks = false;
  EXPECT_EQ(chain(), "second/big");
  agent.fallbacks = {"second", "first"};
  EXPECT_EQ(chain(), "second/big first/first-model");
}

TEST_F(ProviderChain, WhatIsNotThereIsLeftOut) {
  agent.provider = "third";
  EXPECT_EQ(chain(), "first/first-model second/second-model");
  providers.clear();
  EXPECT_EQ(chain("big"), "");
}

TEST_F(ProviderChain, TheChosenModelIsForTheFirst) {
  EXPECT_EQ(chain("big"), "first/big second/second-model");
}

}  // namespace
}  // namespace openclaw::pipeline
