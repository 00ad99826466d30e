#include "core/pipeline/routing/router.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/config/instance_name.hpp"

namespace openclaw::pipeline {
namespace {

/// In order of precedence.
enum class Tier : std::uint8_t {
  exact_peer,
  parent_peer,
  any_peer,
  guild_role,
  guild,
  team,
  account,
  channel,
  none
};

constexpr std::array<const char*, 8> kTierNames{"exact peer",     "parent peer", "any peer",
                                                "guild and role", "guild",       "team",
                                                "account",        "channel"};

bool given_and_differs(const std::string& wanted, std::string_view actual) {
  return !wanted.empty() && wanted != actual;
}

bool shares_role(const std::vector<std::string>& wanted, const std::vector<std::string>& held) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& role) {
    return std::find(held.begin(), held.end(), role) != held.end();
  });
}

Tier peer_tier(const Binding& binding, const ChatAddress& address, const Place& place) {
  const std::string& id = address.kind == ChatKind::direct ? address.sender_id : address.chat_id;
  if (given_and_differs(binding.thread, address.thread_id)) return Tier::none;
  if (binding.peer == "*") return Tier::any_peer;
  if (binding.peer == id && !id.empty())
    return binding.thread == address.thread_id ? Tier::exact_peer : Tier::parent_peer;
  return binding.peer == place.parent_chat ? Tier::parent_peer : Tier::none;
}

Tier tier_of(const Binding& binding, const ChatAddress& address, const Place& place) {
  if (given_and_differs(binding.channel, address.channel) ||
      given_and_differs(binding.account, address.account) ||
      given_and_differs(binding.guild, place.guild) ||
      given_and_differs(binding.team, place.team) ||
      (binding.peer_kind && *binding.peer_kind != address.kind) ||
      (!binding.roles.empty() && !shares_role(binding.roles, place.roles)))
    return Tier::none;
  if (!binding.peer.empty()) return peer_tier(binding, address, place);
  if (!binding.guild.empty()) return binding.roles.empty() ? Tier::guild : Tier::guild_role;
  if (!binding.team.empty()) return Tier::team;
  if (!binding.account.empty()) return Tier::account;
  return Tier::channel;
}

}  // namespace

Router::Router(std::vector<Binding> bindings, std::string default_agent,
               std::map<std::string, std::string> channel_agents, std::string dm_scope,
               std::map<std::string, std::string> identity_links)
    : bindings_(std::move(bindings)),
      default_agent_(std::move(default_agent)),
      channel_agents_(std::move(channel_agents)),
      dm_scope_(std::move(dm_scope)),
      identity_links_(std::move(identity_links)) {}

Router::Route Router::route(const ChatAddress& address, const Place& place) const {
  std::string agent(explain(address, place).agent);
  std::string session = session_key(agent, address, dm_scope_, identity_links_);
  return {std::move(agent), std::move(session)};
}

Router::Reason Router::explain(const ChatAddress& address, const Place& place) const {
  std::size_t best = 0;
  Tier best_tier = Tier::none;
  for (std::size_t i = 0; i < bindings_.size(); ++i) {
    const Tier tier = tier_of(bindings_[i], address, place);
    if (tier < best_tier) {
      best = i;
      best_tier = tier;
    }
  }
  if (best_tier != Tier::none) {
    return {bindings_[best].agent, best, kTierNames[static_cast<std::size_t>(best_tier)]};
  }
  const std::string instance = config::instance_name(address.channel, address.account);
  for (const std::string* name : {&instance, &address.channel}) {
    if (const auto found = channel_agents_.find(*name);
        found != channel_agents_.end() && !found->second.empty()) {
      return {found->second, std::nullopt, "agent of the channel " + *name};
    }
  }
  return {default_agent_, std::nullopt, "default agent"};
}

}  // namespace openclaw::pipeline
