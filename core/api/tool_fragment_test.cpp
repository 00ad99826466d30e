#include "core/api/tool_fragment.hpp"

#include <gtest/gtest.h>

namespace openclaw::api {
namespace {

TEST(ToolFragment, HoldsWhatTheProviderSaid) {
  const auto call = ToolFragment::parse(R"({"index":2,"id":"c","name":"f","arguments":"{\"a\""})");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->index, 2);
  EXPECT_EQ(call->id, "c");
  EXPECT_EQ(call->name, "f");
  EXPECT_EQ(call->arguments, "{\"a\"");
}

TEST(ToolFragment, WhatHasAnotherTypeIsAbsent) {
  for (const char* text :
       {R"({"index":"x","id":1,"name":[],"arguments":{}})", R"({"index":null,"arguments":null})",
        R"({"index":1.5,"id":{},"name":false,"arguments":0})", "{}"}) {
    const auto call = ToolFragment::parse(text);
    ASSERT_TRUE(call) << text;
    EXPECT_EQ(call->index, 0) << text;
    EXPECT_FALSE(call->id || call->name || call->arguments) << text;
  }
}

TEST(ToolFragment, WhatIsNoObjectIsNone) {
  for (const char* text : {"", "[]", "null", "{", "\"text\"", "{\"id\":\"\xff\"}"}) {
    EXPECT_FALSE(ToolFragment::parse(text)) << text;
  }
}

}  // namespace
}  // namespace openclaw::api
