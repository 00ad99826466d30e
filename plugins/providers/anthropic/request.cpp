// Field by field, in the order of Anthropic's reference of POST /v1/messages.
#include "request.hpp"

#include <algorithm>

#include "conversation.hpp"
#include "openclaw/cpp/json.hpp"

namespace openclaw::anthropic {

using nlohmann::json;
using sdk::member_at;

namespace {

std::uint64_t max_tokens(const json& in, std::uint64_t otherwise) {
  for (const char* key : {"max_completion_tokens", "max_tokens"}) {
    const auto n = sdk::count_at(in, key);
    if (n > 0) return n;
  }
  return otherwise;
}

/// The request for JSON has no field of its own here: the model is told.
void add_format(const json& format, json& system) {
  const std::string type = sdk::string_at(format, "type");
  std::string text;
  if (type == "json_object") {
    text = "Answer with one JSON object and nothing else.";
  } else if (type == "json_schema") {
    text = "Answer with one JSON document that matches this JSON Schema, and nothing else: " +
           sdk::to_text(member_at(member_at(format, "json_schema"), "schema"));
  }
  if (!text.empty()) system.push_back({{"type", "text"}, {"text", text}});
}

/// Both at once are refused by newer models; 1 is the default of both.
void add_sampling(const json& in, json& out) {
  const json& temperature = member_at(in, "temperature");
  const json& top_p = member_at(in, "top_p");
  if (temperature.is_number() && !(top_p.is_number() && temperature == 1))
    out["temperature"] = std::clamp(temperature.get<double>(), 0.0, 1.0);
  if (top_p.is_number() && !(temperature.is_number() && top_p == 1))
    out["top_p"] = std::clamp(top_p.get<double>(), 0.0, 1.0);
  if (const auto top_k = sdk::count_at(in, "top_k"); top_k > 0) out["top_k"] = top_k;
}

void add_stop(const json& stop, json& out) {
  json sequences = json::array();
  const auto add = [&](const json& s) {
    // The API refuses sequences of nothing but space.
    if (s.is_string() &&
        s.get_ref<const std::string&>().find_first_not_of(" \t\r\n") != std::string::npos)
      sequences.push_back(s);
  };
  if (stop.is_array()) {
    for (const auto& s : stop) add(s);
  } else {
    add(stop);
  }
  if (!sequences.empty()) out["stop_sequences"] = std::move(sequences);
}

std::string add_tools(const json& tools, json& out) {
  if (!tools.is_array() || tools.empty()) return {};
  json translated = json::array();
  for (const auto& tool : tools) {
    const json& function = member_at(tool, "function");
    const std::string name = sdk::string_at(function, "name");
    if (name.empty()) return "each of the tools must be a function with a name";
    json schema = member_at(function, "parameters");
    if (!schema.is_object()) schema = {{"properties", json::object()}};
    if (sdk::string_at(schema, "type") != "object") schema["type"] = "object";
    json t{{"name", name}, {"input_schema", std::move(schema)}};
    const std::string description = sdk::string_at(function, "description");
    if (!description.empty()) t["description"] = description;
    if (const json& cache = member_at(tool, "cache_control"); cache.is_object())
      t["cache_control"] = cache;
    translated.push_back(std::move(t));
  }
  out["tools"] = std::move(translated);
  return {};
}

void add_tool_choice(const json& in, json& out) {
  if (!out.contains("tools")) return;
  const json& choice = member_at(in, "tool_choice");
  json translated;
  if (choice == "auto") {
    translated = {{"type", "auto"}};
  } else if (choice == "none") {
    translated = {{"type", "none"}};
  } else if (choice == "required") {
    translated = {{"type", "any"}};
  } else if (const auto name = sdk::string_at(member_at(choice, "function"), "name");
             !name.empty()) {
    translated = {{"type", "tool"}, {"name", name}};
  }
  if (member_at(in, "parallel_tool_calls") == false && choice != "none") {
    if (translated.is_null()) translated = {{"type", "auto"}};
    translated["disable_parallel_tool_use"] = true;
  }
  if (!translated.is_null()) out["tool_choice"] = std::move(translated);
}

/// Anthropic's own field, as its OpenAI-compatible endpoint takes it.
void add_thinking(const json& thinking, json& out) {
  if (!thinking.is_object()) return;
  out["thinking"] = thinking;
  const auto budget = sdk::count_at(thinking, "budget_tokens");
  if (sdk::string_at(thinking, "type") != "enabled") return;
  // With thinking the API refuses these, and max_tokens counts both.
  out.erase("temperature");
  out.erase("top_k");
  const auto most = out["max_tokens"].get<std::uint64_t>();
  if (most <= budget) out["max_tokens"] = budget + most;
}

void mark_cacheable(json& blocks) {
  if (!blocks.empty() && blocks.back().is_object())
    blocks.back()["cache_control"] = {{"type", "ephemeral"}};
}

}  // namespace

Translated translate(std::string_view openai_body, std::string_view model, bool stream,
                     const RequestDefaults& defaults) {
  const json in = sdk::parse_bounded(openai_body);
  if (!in.is_object()) return {{}, "the request is not a JSON object"};
  const json& messages = member_at(in, "messages");
  if (!messages.is_array()) return {{}, "the request has no list of messages"};
  Conversation conversation;
  for (const auto& message : messages) {
    if (auto problem = conversation.add(message); !problem.empty()) return {{}, problem};
  }
  json turns = conversation.take_turns();
  if (turns.empty()) return {{}, "the request has no message with content"};
  json& system = conversation.system();
  add_format(member_at(in, "response_format"), system);
  if (defaults.prompt_caching) {
    mark_cacheable(system);
    mark_cacheable(turns.back()["content"]);
  }
  json out{{"model", model},
           {"messages", std::move(turns)},
           {"max_tokens", max_tokens(in, defaults.max_tokens)},
           {"stream", stream}};
  if (!system.empty()) out["system"] = std::move(system);
  add_sampling(in, out);
  add_stop(member_at(in, "stop"), out);
  if (auto problem = add_tools(member_at(in, "tools"), out); !problem.empty()) return {{}, problem};
  add_tool_choice(in, out);
  add_thinking(member_at(in, "thinking"), out);
  const std::string user = sdk::string_at(in, "user");
  if (!user.empty()) out["metadata"] = {{"user_id", user.substr(0, 256)}};
  return {sdk::to_text(out), {}};
}

}  // namespace openclaw::anthropic
