// Rebuilds a list of OpenAI messages as the alternating turns that Anthropic wants.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace openclaw::anthropic {

/// Promises of the turns: they begin with the user, roles alternate, each tool_use is answered in
/// the next turn, each tool_result answers one, and no text is blank.
class Conversation {
 public:
  Conversation();

  /// What is wrong with the message, or empty.
  std::string add(const nlohmann::json& message);
  /// Call once, after the last message.
  nlohmann::json take_turns();
  /// Text blocks of the system and developer messages, wherever they stood.
  [[nodiscard]] nlohmann::json& system() { return system_; }

 private:
  void append(const char* role, nlohmann::json block);
  void answer_open_calls();
  std::string add_assistant(const nlohmann::json& message);
  std::string add_tool_result(const nlohmann::json& message);

  nlohmann::json system_, turns_;
  std::vector<std::string> open_calls_;  // tool_use without a tool_result so far
};

}  // namespace openclaw::anthropic
