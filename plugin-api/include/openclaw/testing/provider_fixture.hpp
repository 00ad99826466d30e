// The provider that is tested, in a fake host.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "openclaw/testing/fake_host.hpp"

namespace openclaw::testing {

class ProviderFixture : public ::testing::Test {
 protected:
  void create(std::string_view config, std::string_view name = "provider") {
    ASSERT_EQ(host.create(*oc_plugin_entry_1(0)->api, name, config), "");
  }
  /// The op's failure, or null when it runs or succeeded.
  [[nodiscard]] const Failure* failure(oc_op op) const {
    const auto* c = host.completion(op);
    return c != nullptr && c->failure ? &*c->failure : nullptr;
  }

  const std::string with_key = R"({"apiKey":"${secret:apiKey}"})";
  FakeHost host;
};

}  // namespace openclaw::testing
