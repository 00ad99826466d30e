// The JSON of OpenAI's chat.completion and chat.completion.chunk objects.
#include "core/api/completion_json.hpp"

#include <openssl/rand.h>

#include <array>
#include <nlohmann/json.hpp>

#include "core/api/json_text.hpp"
#include "core/api/tool_fragment.hpp"
#include "core/http/message.hpp"

namespace openclaw::api {

namespace {

using nlohmann::json;

std::string quoted_json(std::string_view text) {
  return json_text(text);
}

}  // namespace

CompletionJson::CompletionJson(std::string id, std::int64_t created, std::string model)
    : head_("\"id\":" + quoted_json(id) + ",\"created\":" + std::to_string(created) +
            ",\"model\":" + quoted_json(model)) {}

std::string CompletionJson::chunk(std::string_view delta_json, std::string_view finish_json) const {
  std::string out = "{\"object\":\"chat.completion.chunk\",";
  out += head_;
  out += ",\"choices\":[{\"index\":0,\"delta\":";
  out += delta_json;
  out += ",\"logprobs\":null,\"finish_reason\":";
  out += finish_json;
  out += "}]}";
  return out;
}

std::string CompletionJson::first_chunk() const {
  return chunk(R"({"role":"assistant","content":""})", "null");
}
std::string CompletionJson::text_chunk(std::string_view text) const {
  return chunk("{\"content\":" + quoted_json(text) + "}", "null");
}

std::string CompletionJson::tool_chunk(std::string_view tool_call_json) const {
  const auto call = ToolFragment::parse(tool_call_json);
  if (!call) return chunk("{}", "null");
  json out = {{"index", call->index}};
  if (call->id) {
    out["id"] = *call->id;
    out["type"] = "function";
  }
  json function = json::object();
  if (call->name) function["name"] = *call->name;
  if (call->arguments) function["arguments"] = *call->arguments;
  out["function"] = function;
  return chunk(json{{"tool_calls", json::array({out})}}.dump(), "null");
}

std::string CompletionJson::last_chunk(std::string_view finish_reason) const {
  return chunk("{}", quoted_json(finish_reason.empty() ? "stop" : finish_reason));
}

std::string CompletionJson::usage_chunk(std::string_view usage_json) const {
  return "{\"object\":\"chat.completion.chunk\"," + head_ +
         ",\"choices\":[],\"usage\":" + complete_usage(usage_json) + "}";
}

std::string CompletionJson::whole(std::string_view text, std::string_view finish_reason,
                                  std::string_view usage_json,
                                  std::string_view tool_calls_json) const {
  std::string out = "{\"object\":\"chat.completion\",";
  out += head_;
  out += R"(,"choices":[{"index":0,"message":{"role":"assistant","content":)";
  out += text.empty() && !tool_calls_json.empty() ? "null" : quoted_json(text);
  out += ",\"refusal\":null";
  if (!tool_calls_json.empty()) {
    out += ",\"tool_calls\":";
    out += tool_calls_json;
  }
  out += R"(},"logprobs":null,"finish_reason":)";
  out += quoted_json(finish_reason.empty() ? "stop" : finish_reason);
  out += "}],\"usage\":";
  out += complete_usage(usage_json);
  out += '}';
  return out;
}

std::string complete_usage(std::string_view usage_json) {
  json usage = json::parse(usage_json.empty() ? "{}" : usage_json, nullptr, false);
  if (!usage.is_object()) usage = json::object();
  const auto number = [&](const char* key) {
    const auto it = usage.find(key);
    return it != usage.end() && it->is_number() ? it->get<std::int64_t>() : std::int64_t{0};
  };
  usage["prompt_tokens"] = number("prompt_tokens");
  usage["completion_tokens"] = number("completion_tokens");
  usage["total_tokens"] = number("prompt_tokens") + number("completion_tokens");
  return usage.dump();
}

std::string sse(std::string_view json_text) {
  std::string out;
  out.reserve(json_text.size() + 8);
  out += "data: ";
  out += json_text;
  out += "\n\n";
  return out;
}

unsigned status_of(const Error& error) {
  switch (error.code) {
    case Errc::too_large:  // without a refusal of the provider's it was the answer
      if (error.http_status < 400 || error.http_status >= 500) return 502;
      [[fallthrough]];
    case Errc::invalid:
      return error.http_status >= 400 && error.http_status < 500
                 ? static_cast<unsigned>(error.http_status)
                 : 400;
    case Errc::rate:
      return 429;
    case Errc::again:
    case Errc::storage:
    case Errc::unknown:
    case Errc::plugin:
      return 503;
    case Errc::deadline:
      return 504;
    case Errc::not_found:
      return 404;
    case Errc::cancelled:
    case Errc::conflict:
      return 409;
    case Errc::unsupported:
      return 501;
    case Errc::network:
    case Errc::auth:  // the gateway's credentials were refused, not the client's
    case Errc::permanent:
      break;
  }
  return 502;
}

std::string_view type_of(unsigned status) {
  if (status == 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

std::string error_json(const Error& error) {
  return http::error_body(type_of(status_of(error)), error.message);
}

std::string fresh_completion_id() {
  std::array<unsigned char, 12> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string id = "chatcmpl-";
  for (const unsigned char b : bytes) {
    id += kDigits[b >> 4U];
    id += kDigits[b & 15U];
  }
  return id;
}

}  // namespace openclaw::api
