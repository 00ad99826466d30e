// Chooses the agent that answers a message.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/session_key.hpp"

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

/// What a channel knows about a place beyond its address.
struct Place {
  std::string parent_chat;  ///< where threads are chats of their own: the chat they hang on
  std::string guild, team;
  std::vector<std::string> roles;  ///< the sender's
};

/// The most specific binding wins: exact peer, parent peer, peer wildcard, guild and role, guild,
/// team, account, channel; among equals the first. Then the channel's agent, then the default.
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

 private:
  [[nodiscard]] std::string_view agent_for(const ChatAddress& address, const Place& place) const;

  std::vector<Binding> bindings_;
  std::string default_agent_;
  std::map<std::string, std::string> channel_agents_;
  std::string dm_scope_;
  std::map<std::string, std::string> identity_links_;
};

}  // namespace openclaw::pipeline
