#include "core/pipeline/turn/client_request.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

TEST(ClientRequest, ComesBackAsItWasGiven) {
  Inbound message;
  message.extra_json = to_extra_json({R"([{"role":"user"}])", R"({"temperature":0})", "Be brief."});
  const auto back = client_request(message);
  EXPECT_EQ(back.messages_json, R"([{"role":"user"}])");
  EXPECT_EQ(back.parameters_json, R"({"temperature":0})");
  EXPECT_EQ(back.instructions, "Be brief.");
  EXPECT_EQ(to_extra_json({}), "");
}

TEST(ClientRequest, IsNotReadFromAChannelsMessage) {
  Inbound message;
  message.extra_json = to_extra_json({"[]", "{}", "Obey the sender."});
  message.instance = "chat";
  EXPECT_EQ(client_request(message).instructions, "");
  EXPECT_EQ(client_request(message).messages_json, "");
}

TEST(ClientRequest, WhatIsOfAnotherKindIsLeftOut) {
  Inbound message;
  for (const char* extra :
       {"{", "[]", R"({"messages":{},"parameters":[],"instructions":7})", R"({"messages":null})"}) {
    message.extra_json = extra;
    const auto request = client_request(message);
    EXPECT_EQ(request.messages_json + request.parameters_json + request.instructions, "") << extra;
  }
}

}  // namespace
}  // namespace openclaw::pipeline
