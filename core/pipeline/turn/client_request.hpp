// What an API client gave with its question, as it is kept beside the message.
#pragma once

#include <string>

#include "core/pipeline/message.hpp"

namespace openclaw::pipeline {

struct ClientRequest {
  std::string messages_json;    ///< stateless: the whole conversation, or empty
  std::string parameters_json;  ///< {"temperature":..}, or empty
  std::string instructions;     ///< added to the agent's, or empty
};

/// For a message's extra_json; empty when there is nothing to keep. Invalid JSON is kept as null.
std::string to_extra_json(const ClientRequest& request);

/// Empty for a message of a channel, whose extra_json is that channel's own business.
ClientRequest client_request(const Inbound& message);

}  // namespace openclaw::pipeline
