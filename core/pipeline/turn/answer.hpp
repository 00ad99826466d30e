// What a model answered, as the one who asked over HTTP gets it.
#pragma once

#include <string>
#include <string_view>

#include "core/runtime/error.hpp"

namespace openclaw::pipeline {

struct Answer {
  std::string text;
  std::string model;
  std::string usage_json;     ///< {"prompt_tokens":..} or empty
  std::string finish_reason;  ///< "stop", "length", ...
};

/// Waits for a turn's answer; called on the pipeline's loop.
class AnswerListener {
 public:
  virtual ~AnswerListener() = default;
  virtual void text(std::string_view delta) = 0;
  virtual void done(Result<Answer> answer) = 0;  ///< once, after the answer is durable
};

}  // namespace openclaw::pipeline
