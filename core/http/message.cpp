// Error answers in the form that OpenAI clients understand.
#include "core/http/message.hpp"

#include <nlohmann/json.hpp>

namespace openclaw::http {

std::string error_body(std::string_view type, std::string_view message) {
  const nlohmann::json body = {
      {"error", {{"message", message}, {"type", type}, {"param", nullptr}, {"code", nullptr}}}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void respond_error(Responder& responder, unsigned status, std::string_view type,
                   std::string_view message, Headers extra) {
  extra.emplace_back("Content-Type", "application/json");
  responder.respond(status, std::move(extra), error_body(type, message));
}

}  // namespace openclaw::http
