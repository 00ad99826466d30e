// Chooses the agent that answers a message.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/place.hpp"
#include "core/pipeline/routing/session_key.hpp"

namespace openclaw::pipeline {

/// A rule that sends what matches all its given fields to `agent`; empty fields match anything.
struct Binding {
  std::string agent;
  std::string channel;
  std::string account;
  std::optional<ChatKind> peer_kind;
  std::string peer;    ///< sender id (direct), chat id (group, room), or "*"
  std::string thread;  ///< only with peer
  std::string guild, team;
  std::vector<std::string> roles;  ///< any one of them; only with guild
};

/// The most specific binding wins: exact peer, parent peer, peer wildcard, guild and role, guild,
/// team, account, channel; among equals the first. Then the channel's agent, then the default.
/// Looks at every binding for each message: what builds one bounds their number.
class Router {
 public:
  /// `channel_agents`: "telegram/work" or "telegram" to an agent; the account's own comes first.
  Router(std::vector<Binding> bindings, std::string default_agent,
         std::map<std::string, std::string> channel_agents, std::string dm_scope,
         std::map<std::string, std::string> identity_links);

  struct Route {
    std::string agent, session;
  };
  [[nodiscard]] Route route(const ChatAddress& address, const Place& place = {}) const;

  /// Why an agent was chosen, for an operator.
  struct Reason {
    std::string_view agent;
    std::optional<std::size_t> binding;  ///< its place in the list
    std::string rule;  ///< "exact peer" ... "channel"; "agent of the channel NAME"; "default agent"
  };
  [[nodiscard]] Reason explain(const ChatAddress& address, const Place& place = {}) const;

 private:
  std::vector<Binding> bindings_;
  std::string default_agent_;
  std::map<std::string, std::string> channel_agents_;
  std::string dm_scope_;
  std::map<std::string, std::string> identity_links_;
};

}  // namespace openclaw::pipeline
