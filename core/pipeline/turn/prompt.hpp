// Builds the model's request from instructions, history and what is to be answered.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/media/part.hpp"
#include "core/pipeline/message.hpp"
#include "core/pipeline/ports.hpp"

namespace openclaw::pipeline {

struct PromptParts {
  std::string_view instructions;            ///< system prompt, may be empty
  const History* history;                   ///< oldest first, may be null
  std::vector<std::string> questions;       ///< what to answer, in order of arrival
  std::string_view client_messages_json;    ///< an API client's own messages, instead
                                            ///< of history and questions; or empty
  std::string_view client_parameters_json;  ///< temperature and the like; or empty
  /// Content parts (JSON) of a question, by its number, or of an entry of the history; and what
  /// stands behind its text for those that have none. Both may be empty themselves.
  std::function<std::vector<std::string_view>(MediaOwner)> media{};
  std::function<std::string(MediaOwner)> media_notes{};
};

/// The part of an OpenAI chat completion request that does not depend on the model: everything
/// but "model". Invalid UTF-8 is replaced.
class Prompt {
 public:
  explicit Prompt(const PromptParts& parts);
  /// The whole request's body for `model`, streamed.
  [[nodiscard]] std::string body(std::string_view model) const;

 private:
  std::string rest_;  ///< `"messages":[...],...}`
};

/// What the model reads for one message: its text, and who wrote it where several people do.
std::string question_text(const Inbound& message, bool abbreviated);

}  // namespace openclaw::pipeline
