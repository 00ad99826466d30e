// What a channel knows about a place beyond its address.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace openclaw::pipeline {

struct Place {
  std::string parent_chat;  ///< where threads are chats of their own: the chat they hang on
  std::string guild, team;
  std::vector<std::string> roles;  ///< the sender's
};

/// From the member "place" of a message's extra_json: {"parent": "..", "guild": "..", "team": "..",
/// "roles": [".."]}, all of it optional. The channel's plugin says it, never the sender. What has
/// another form counts as absent.
Place place_of(std::string_view extra_json);

}  // namespace openclaw::pipeline
