#include "core/pipeline/turn/client_request.hpp"

#include <nlohmann/json.hpp>

namespace openclaw::pipeline {

using nlohmann::json;

std::string to_extra_json(const ClientRequest& request) {
  json extra = json::object();
  if (!request.messages_json.empty()) {
    extra["messages"] = json::parse(request.messages_json, nullptr, false);
  }
  if (!request.parameters_json.empty()) {
    extra["parameters"] = json::parse(request.parameters_json, nullptr, false);
  }
  if (!request.instructions.empty()) extra["instructions"] = request.instructions;
  if (extra.empty()) return {};
  return extra.dump(-1, ' ', false, json::error_handler_t::replace);
}

ClientRequest client_request(const Inbound& message) {
  ClientRequest out;
  if (!message.instance.empty() || message.extra_json.empty()) return out;
  const auto extra = json::parse(message.extra_json, nullptr, false);
  if (!extra.is_object()) return out;
  if (const auto it = extra.find("messages"); it != extra.end() && it->is_array()) {
    out.messages_json = it->dump();
  }
  if (const auto it = extra.find("parameters"); it != extra.end() && it->is_object()) {
    out.parameters_json = it->dump();
  }
  if (const auto it = extra.find("instructions"); it != extra.end() && it->is_string()) {
    out.instructions = it->get<std::string>();
  }
  return out;
}

}  // namespace openclaw::pipeline
