// A history that was cut or compacted must still make a valid request, so gaps are filled.
#include "conversation.hpp"

#include <algorithm>
#include <utility>

#include "content.hpp"
#include "openclaw/cpp/json.hpp"

namespace openclaw::anthropic {

using nlohmann::json;

namespace {

constexpr const char* kMissingStart = "(The conversation's beginning is not shown.)";
constexpr const char* kMissingResult = "(No result of this call is known.)";

/// Anthropic's ids match ^[a-zA-Z0-9_-]+$.
std::string tool_id(std::string id) {
  for (char& c : id) {
    const bool allowed = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                         (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    if (!allowed) c = '_';
  }
  return id.empty() ? "call" : id;
}

/// A tool's arguments as the object that Anthropic wants, whatever the model once wrote.
json tool_input(const std::string& arguments) {
  if (arguments.empty()) return json::object();
  json input = sdk::parse_bounded(arguments);
  if (input.is_object()) return input;
  return {{"arguments", arguments}};
}

}  // namespace

Conversation::Conversation() : system_(json::array()), turns_(json::array()) {}

void Conversation::append(const char* role, json block) {
  if (turns_.empty() && std::string_view(role) == "assistant")
    append("user", {{"type", "text"}, {"text", kMissingStart}});
  if (turns_.empty() || turns_.back()["role"] != role)
    turns_.push_back({{"role", role}, {"content", json::array()}});
  turns_.back()["content"].push_back(std::move(block));
}

void Conversation::answer_open_calls() {
  for (auto& id : std::exchange(open_calls_, {})) {
    append("user", {{"type", "tool_result"},
                    {"tool_use_id", id},
                    {"content", kMissingResult},
                    {"is_error", true}});
  }
}

std::string Conversation::add(const json& message) {
  const std::string role = sdk::string_at(message, "role");
  const json content = message.is_object() ? message.value("content", json()) : json();
  if (role == "system" || role == "developer") return append_content(content, system_);
  if (role == "tool") return add_tool_result(message);
  if (role == "assistant") return add_assistant(message);
  if (role != "user") return "a message has the unknown role \"" + role.substr(0, 40) + "\"";
  answer_open_calls();
  json blocks = json::array();
  auto problem = append_content(content, blocks);
  for (auto& block : blocks) append("user", std::move(block));
  return problem;
}

std::string Conversation::add_assistant(const json& message) {
  answer_open_calls();
  json blocks = json::array();
  if (auto problem = append_content(message.value("content", json()), blocks); !problem.empty())
    return problem;
  for (auto& block : blocks) append("assistant", std::move(block));
  const auto calls = message.find("tool_calls");
  if (calls == message.end() || !calls->is_array()) return {};
  for (const auto& call : *calls) {
    const json function = call.is_object() ? call.value("function", json()) : json();
    const std::string name = sdk::string_at(function, "name");
    if (name.empty()) return "a tool call has no function name";
    std::string id = tool_id(sdk::string_at(call, "id"));
    append("assistant", {{"type", "tool_use"},
                         {"id", id},
                         {"name", name},
                         {"input", tool_input(sdk::string_at(function, "arguments"))}});
    open_calls_.push_back(std::move(id));
  }
  return {};
}

std::string Conversation::add_tool_result(const json& message) {
  const std::string id = tool_id(sdk::string_at(message, "tool_call_id"));
  json blocks = json::array();
  if (auto problem = append_content(message.value("content", json()), blocks); !problem.empty())
    return problem;
  const auto open = std::find(open_calls_.begin(), open_calls_.end(), id);
  if (open == open_calls_.end()) {
    // Its call was cut off the history: still worth reading, but no tool_result any more.
    answer_open_calls();
    for (auto& block : blocks) append("user", std::move(block));
    return {};
  }
  open_calls_.erase(open);
  json result{{"type", "tool_result"}, {"tool_use_id", id}};
  if (!blocks.empty()) result["content"] = std::move(blocks);
  append("user", std::move(result));
  return {};
}

json Conversation::take_turns() {
  answer_open_calls();
  // The API refuses a last assistant turn that ends in space.
  if (!turns_.empty() && turns_.back()["role"] == "assistant") {
    json& last = turns_.back()["content"].back();
    if (last["type"] == "text") {
      auto& text = last["text"].get_ref<std::string&>();
      text.erase(text.find_last_not_of(" \t\r\n") + 1);
    }
  }
  return std::move(turns_);
}

}  // namespace openclaw::anthropic
