// The gateway connection's decisions, with shorthands for what Discord says.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "openclaw/host/status.h"
#include "session.hpp"
#include "session_store.hpp"

namespace openclaw::discord {

using Kind = Action::Kind;
using nlohmann::json;

inline const Action* find(const Actions& actions, Kind kind) {
  for (const Action& action : actions) {
    if (action.kind == kind) return &action;
  }
  return nullptr;
}

class Connection : public ::testing::Test {
 protected:
  static constexpr std::int64_t kInterval = 41'250;
  static constexpr std::int64_t kIdentifyEvery =
      IdentifyBudget::kMarginMs + IdentifyBudget::kEveryMs;
  Session session{"channels.discord.", 7};
  std::int64_t now = 1'000'000;

  static Payload payload(int op, json data = nullptr, std::int64_t seq = 0,
                         const std::string& event = "") {
    Payload p;
    p.op = op;
    p.seq = seq;
    p.event = event;
    p.data = std::move(data);
    return p;
  }
  static Payload hello() { return payload(10, {{"heartbeat_interval", kInterval}}); }
  static Payload ready() {
    return payload(0,
                   {{"session_id", "abc"},
                    {"resume_gateway_url", "wss://us-east1-b.gateway.discord.gg"},
                    {"user", {{"id", "42"}}}},
                   1, "READY");
  }
  static Resumable saved() { return {"abc", "wss://resume.discord.gg", "42", 17}; }
  Actions connect(Resumable from = {}) {
    Actions actions = session.start(std::move(from), {}, now);
    if (find(actions, Kind::look_up) != nullptr) {
      actions = session.found({"wss://gateway.discord.gg", 1000, 86'400'000}, now);
    }
    return actions;
  }
  Actions log_in() {
    connect();
    session.received(hello(), now);
    Actions actions = session.saved(now);
    session.received(ready(), now);
    return actions;
  }
  void prove() {
    session.beat(now);
    session.received(payload(11), now);
  }
};

}  // namespace openclaw::discord
