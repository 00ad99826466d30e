// Reads the body of POST /v1/chat/completions as far as the gateway must understand it.
#include "core/api/chat_request.hpp"
#include "core/api/json_text.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "openclaw/cpp/json.hpp"

namespace openclaw::api {

namespace {

using nlohmann::json;

constexpr std::array kParameters = {"temperature",
                                    "top_p",
                                    "max_tokens",
                                    "max_completion_tokens",
                                    "stop",
                                    "seed",
                                    "presence_penalty",
                                    "frequency_penalty",
                                    "response_format",
                                    "reasoning_effort"};

/// Text of a message's content, which is a string or a list of parts.
std::string content_text(const json& message) {
  const auto content = message.find("content");
  if (content == message.end()) return {};
  if (content->is_string()) return content->get<std::string>();
  std::string text;
  if (content->is_array()) {
    for (const auto& part : *content) {
      if (part.is_object() && part.contains("text") && part["text"].is_string()) {
        if (!text.empty()) text += '\n';
        text += part["text"].get<std::string>();
      }
    }
  }
  return text;
}

Error wrong(const std::string& what) {
  return {Errc::invalid, what};
}

/// Why the body is not to be taken apart. Parsing takes any depth, but copying and printing
/// recurse: the stack would be the bound. A value of two bytes costs forty times that in memory,
/// and holds up its HTTP loop for as long as it takes to build.
std::optional<Error> beyond_bounds(std::string_view body) {
  switch (sdk::json_bounds(body, sdk::kMaxJsonDepth, kMaxJsonValues)) {
    case sdk::JsonBounds::within:
      return std::nullopt;
    case sdk::JsonBounds::too_deep:
      return wrong("the body is nested too deeply");
    case sdk::JsonBounds::too_many:
      break;
  }
  return wrong("the body holds more than " + std::to_string(kMaxJsonValues) + " JSON values");
}

/// Walks a JSON text by the grammar, remembering where the top level's "model" and "stream" are.
/// Validity is decided by nlohmann::json::accept; this only needs to be right on valid text.
class EnvelopeScanner {
 public:
  explicit EnvelopeScanner(std::string_view text) : text_(text) {}

  Result<ChatEnvelope> scan() {
    skip_space();
    if (peek() != '{') return wrong("the body must be a JSON object");
    ++at_;
    skip_space();
    bool found = false;
    ChatEnvelope out;
    while (peek() != '}') {
      const std::string_view key = raw_string();
      skip_space();
      ++at_;  // ':'
      skip_space();
      const std::size_t begin = at_;
      skip_value();
      const auto value = text_.substr(begin, at_ - begin);
      if (key == "\"model\"") {
        if (value.empty() || value.front() != '"') return wrong("model must be a string");
        if (found) return wrong("model is given twice");
        found = true;
        out.model = json::parse(value).get<std::string>();
        out.model_begin = begin;
        out.model_end = at_;
      } else if (key == "\"stream\"") {
        if (value != "true" && value != "false" && value != "null") {
          return wrong("stream must be true or false");
        }
        out.stream = value == "true";
      } else if (key == "\"stream_options\"") {
        const json options = json::parse(value);
        out.include_usage = options.is_object() && options.value("include_usage", json()) == true;
      }
      skip_space();
      if (peek() == ',') {
        ++at_;
        skip_space();
      }
    }
    if (!found) return wrong("model is missing");
    return out;
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '}'; }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  }
  std::string_view raw_string() {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    ++at_;
    return text_.substr(begin, at_ - begin);
  }
  void skip_value() {
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        raw_string();
        if (depth == 0) return;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') {
        if (depth == 0) return;
        if (--depth == 0) {
          ++at_;
          return;
        }
      }
      if (depth == 0 && (c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t')) return;
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<ChatEnvelope> scan_chat_envelope(std::string_view body) {
  if (auto beyond = beyond_bounds(body)) return std::move(*beyond);
  if (!json::accept(body)) return wrong("the body is not valid JSON");
  return EnvelopeScanner(body).scan();
}

std::string with_model(std::string_view body, const ChatEnvelope& envelope,
                       std::string_view model) {
  std::string out;
  out.reserve(body.size() + model.size());
  out += body.substr(0, envelope.model_begin);
  out += json_text(json(model));
  out += body.substr(envelope.model_end);
  return out;
}

Result<ChatRequest> parse_chat_request(std::string_view body) {
  if (auto beyond = beyond_bounds(body)) return std::move(*beyond);
  const json j = json::parse(body, nullptr, false);
  if (j.is_discarded()) return wrong("the body is not valid JSON");
  if (!j.is_object()) return wrong("the body must be a JSON object");
  ChatRequest out;
  const auto text = [&](const char* key, std::string& into) -> bool {
    const auto it = j.find(key);
    if (it == j.end() || it->is_null()) return true;
    if (!it->is_string()) return false;
    into = it->get<std::string>();
    return true;
  };
  if (!text("model", out.model)) return wrong("model must be a string");
  if (out.model.empty()) return wrong("model is missing");
  if (!text("user", out.user)) return wrong("user must be a string");
  if (const auto it = j.find("stream"); it != j.end() && !it->is_null()) {
    if (!it->is_boolean()) return wrong("stream must be true or false");
    out.stream = it->get<bool>();
  }
  if (const auto it = j.find("stream_options"); it != j.end() && it->is_object()) {
    const auto usage = it->find("include_usage");
    out.include_usage = usage != it->end() && usage->is_boolean() && usage->get<bool>();
  }
  // An agent calls its own tools; a client that waits for tool calls would wait for ever.
  if (const auto tools = j.find("tools");
      tools != j.end() && tools->is_array() && !tools->empty()) {
    return wrong("tools are not supported with openclaw/AGENT: use PROVIDER/MODEL");
  }
  if (const auto n = j.find("n"); n != j.end() && n->is_number() && *n != 1) {
    return wrong("n must be 1 with openclaw/AGENT");
  }
  const auto messages = j.find("messages");
  if (messages == j.end() || !messages->is_array() || messages->empty()) {
    return wrong("messages must be a list with at least one message");
  }
  for (std::size_t i = 0; i < messages->size(); ++i) {
    const json& m = (*messages)[i];
    if (!m.is_object() || !m.contains("role") || !m["role"].is_string()) {
      return wrong("messages[" + std::to_string(i) + "] must be an object with a role");
    }
    const auto role = m["role"].get<std::string>();
    if (role == "user") out.last_user_text = content_text(m);
    if (role == "system" || role == "developer") {
      if (!out.instructions.empty()) out.instructions += "\n\n";
      out.instructions += content_text(m);
    }
  }
  if (out.last_user_text.empty()) return wrong("messages hold no text from the user");
  out.messages_json = json_text(*messages);
  json parameters = json::object();
  for (const char* key : kParameters) {
    if (const auto it = j.find(key); it != j.end() && !it->is_null()) parameters[key] = *it;
  }
  if (!parameters.empty()) out.parameters_json = json_text(parameters);
  return out;
}

}  // namespace openclaw::api
