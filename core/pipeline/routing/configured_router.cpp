#include "core/pipeline/routing/configured_router.hpp"

#include <utility>

#include "core/config/instance_name.hpp"

namespace openclaw::pipeline {
namespace {

std::optional<ChatKind> kind_of(const std::string& word) {
  if (word == "direct") return ChatKind::direct;
  if (word == "group") return ChatKind::group;
  if (word == "channel") return ChatKind::room;
  return std::nullopt;
}

std::vector<Binding> bindings(const config::Config& config) {
  std::vector<Binding> out;
  out.reserve(config.bindings.size());
  for (const auto& b : config.bindings) {
    out.push_back({b.agent, b.channel, b.account, kind_of(b.peer_kind), b.peer, b.thread, b.guild,
                   b.team, b.roles});
  }
  return out;
}

std::map<std::string, std::string> channel_agents(const config::Config& config) {
  std::map<std::string, std::string> out;
  for (const auto& c : config.channels) {
    if (!c.agent.empty()) out[config::instance_name(c.name, c.account)] = c.agent;
  }
  return out;
}

}  // namespace

Router configured_router(const config::Config& config) {
  return Router(bindings(config), config.agents.front().id, channel_agents(config),
                config.session.dm_scope, config.session.identity_links);
}

}  // namespace openclaw::pipeline
