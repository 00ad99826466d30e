// Reads {"messages":[{"id":...}]} or {"error":{"code":...,"message":...}}.
#include "answer.hpp"

#include "meta_integer.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::whatsapp {

namespace {

using nlohmann::json;

}  // namespace

std::string ApiError::sentence() const {
  if (status == 0) return transport ? transport->message : std::string("no answer");
  std::string out = code == 0 ? "HTTP " + std::to_string(status) : "code " + std::to_string(code);
  if (subcode != 0) out += "/" + std::to_string(subcode);
  if (!text.empty() && !token_refused()) out += ": " + text;
  return out;
}

bool ApiError::token_refused() const {
  return code == 190 || code == 102 || code == 104 || (code == 0 && status == 401);
}

Answer read_answer(std::optional<sdk::Failure> transport, std::uint32_t status, std::string body) {
  Answer answer;
  if (transport) {
    ApiError error;
    error.transport = std::move(transport);
    answer.error = std::move(error);
    return answer;
  }
  if (status >= 200 && status < 300) {
    answer.body = std::move(body);
    return answer;
  }
  ApiError error;
  error.status = status;
  const json parsed = json::parse(body, nullptr, false);
  const json& said = sdk::object_at(parsed, "error");
  error.code = integer_of(said, "code");
  error.subcode = integer_of(said, "error_subcode");
  error.text = sdk::string_at(sdk::object_at(said, "error_data"), "details");
  if (error.text.empty()) error.text = sdk::string_at(said, "message");
  error.text = sdk::shortened(std::move(error.text));
  if (const auto it = said.find("is_transient"); it != said.end() && it->is_boolean()) {
    error.transient = it->get<bool>();
  }
  answer.error = std::move(error);
  return answer;
}

std::string decode_message_id(const std::string& body) {
  const json parsed = json::parse(body, nullptr, false);
  const json& messages = sdk::array_at(parsed, "messages");
  return messages.empty() ? std::string{} : sdk::string_at(messages.front(), "id");
}

std::string decode_number_id(const std::string& body) {
  return sdk::string_at(json::parse(body, nullptr, false), "id");
}

}  // namespace openclaw::whatsapp
