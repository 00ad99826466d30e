// Names the session that a message belongs to.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/runtime/error.hpp"

namespace openclaw::pipeline {

enum class ChatKind : std::uint8_t { direct, group, room };

/// Where something was said, in the platform's immutable ids.
struct ChatAddress {
  std::string channel, account, chat_id, thread_id, sender_id;
  ChatKind kind = ChatKind::direct;
};

/// `agent:<agent>:...`, all lower case. In ids, what is not in [a-z0-9_.:@+-] is percent-encoded
/// (upper-case letters too), a ':' where the id would otherwise read like part of the key, and a
/// long id ends in its hash: distinct addresses never share a session by accident or by design.
/// `dm_scope`: main | per-peer | per-channel-peer | per-account-channel-peer; anything else counts
/// as per-channel-peer. `identity_links`: "channel:sender_id" to a person's name, ignored under
/// main.
std::string session_key(std::string_view agent, const ChatAddress& address,
                        std::string_view dm_scope,
                        const std::map<std::string, std::string>& identity_links);

/// The session of an HTTP request: the header names it (with or without `agent:<agent>:` in
/// front), else the OpenAI `user` field stands for one. Empty when neither is given: the caller
/// makes a one-off. Errc::invalid for a reserved prefix or another agent's key.
Result<std::string> http_session_key(std::string_view agent, std::string_view header_value,
                                     std::string_view openai_user);

/// ^[a-z0-9][a-z0-9_-]{0,63}$: agents, channels, accounts.
bool valid_id(std::string_view id);

}  // namespace openclaw::pipeline
