// The fields are those of OpenAI's API, with the reasoning fields of DeepSeek, vLLM and OpenRouter.
#include "stream_parser.hpp"

#include <array>

#include "chunk_scan.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/provider/usage.hpp"
#include "openclaw/provider.h"

namespace openclaw::openai {

using nlohmann::json;
using sdk::Failure;
using sdk::member_at;

namespace {

constexpr std::size_t kMaxToolCalls = 128;

std::string finish_word(const std::string& reason) {
  if (reason == "length" || reason == "tool_calls" || reason == "content_filter") return reason;
  if (reason == "function_call") return "tool_calls";
  if (reason == "max_tokens") return "length";
  return "stop";
}

/// The usage without the fields that other providers' answers cannot have.
std::string usage_text(const json& usage) {
  sdk::Usage out{sdk::count_at(usage, "prompt_tokens"), sdk::count_at(usage, "completion_tokens")};
  const json& details = member_at(usage, "prompt_tokens_details");
  if (!member_at(details, "cached_tokens").is_null())
    out.cached = sdk::count_at(details, "cached_tokens");
  return out.json();
}

}  // namespace

std::optional<Failure> StreamParser::failed(std::string_view data) const {
  const json parsed = sdk::parse_bounded(data);
  if (!parsed.is_object()) return errors_.malformed("an event that is not JSON");
  const json& error = member_at(parsed, "error");
  return errors_.in_answer(error.is_null() ? parsed : error);
}

std::optional<Failure> StreamParser::event(std::string_view name, std::string_view data,
                                           sdk::ChatSink& sink) {
  if (complete_) return std::nullopt;
  if (data == "[DONE]") return done(sink);
  if (name == "error") return failed(data);
  const ChunkScan scan = scan_chunk(data);
  if (scan.error) return failed(data);
  if (!scan.object) return errors_.malformed("an event that is not a JSON object");
  if (!scan.choices) return std::nullopt;  // an extension of some server's: not a chunk
  begun_ = true;
  finished_ = finished_ || scan.finished;
  if (scan.delta || scan.finished) sink.progress();
  if (raw_) {
    sink.emit(OC_CHAT_RAW, data);
    return std::nullopt;
  }
  const json chunk = sdk::parse_bounded(data);
  if (!chunk.is_object()) return errors_.malformed("an event that is not JSON");
  for (const auto& c : member_at(chunk, "choices")) choice(c, member_at(c, "delta"), sink);
  if (const json& usage = member_at(chunk, "usage"); usage.is_object())
    sink.emit(OC_CHAT_USAGE, usage_text(usage));
  return std::nullopt;
}

std::optional<Failure> StreamParser::done(sdk::ChatSink& sink) {
  if (!begun_) return errors_.cut_off();
  complete_ = true;
  if (!raw_) sink.emit(OC_CHAT_FINISH, finish_.empty() ? "stop" : finish_);
  return std::nullopt;
}

std::optional<Failure> StreamParser::end(bool mid_event, sdk::ChatSink& sink) {
  if (complete_) return std::nullopt;
  if (!finished_ || mid_event) return errors_.cut_off();
  return done(sink);
}

std::optional<Failure> StreamParser::whole(std::string_view body, sdk::ChatSink& sink) {
  const ChunkScan scan = scan_chunk(body);
  if (scan.error) return failed(body);
  if (!scan.object || !scan.choices)
    return errors_.malformed("something else than a chat completion");
  begun_ = true;
  if (raw_) {
    sink.emit(OC_CHAT_RAW, body);
    complete_ = true;
    return std::nullopt;
  }
  const json completion = sdk::parse_bounded(body);
  const json& choices = member_at(completion, "choices");
  if (!choices.is_array() || choices.empty())
    return errors_.malformed("a completion without a choice");
  for (const auto& c : choices) choice(c, member_at(c, "message"), sink);
  if (const json& usage = member_at(completion, "usage"); usage.is_object())
    sink.emit(OC_CHAT_USAGE, usage_text(usage));
  return done(sink);
}

void StreamParser::choice(const json& choice, const json& message, sdk::ChatSink& sink) {
  if (sdk::count_at(choice, "index") != 0) return;  // a turn has one answer
  for (const char* field : {"reasoning_content", "reasoning"}) {
    const std::string text = sdk::string_at(message, field);
    if (text.empty()) continue;
    sink.emit(OC_CHAT_REASONING, text);
    break;
  }
  for (const char* field : {"content", "refusal"}) {
    const std::string text = sdk::string_at(message, field);
    if (!text.empty()) sink.emit(OC_CHAT_TEXT, text);
  }
  tool_calls(member_at(message, "tool_calls"), sink);
  const std::string reason = sdk::string_at(choice, "finish_reason");
  if (!reason.empty()) finish_ = finish_word(reason);
}

void StreamParser::tool_calls(const json& calls, sdk::ChatSink& sink) {
  if (!calls.is_array()) return;
  for (const auto& call : calls) {
    if (!call.is_object()) continue;
    const std::string id = sdk::string_at(call, "id");
    int index = 0;
    if (call.contains("index") && call["index"].is_number_unsigned()) {
      index = call["index"].get<int>();
    } else if (tool_index_.size() < kMaxToolCalls) {
      index = tool_index_.try_emplace(id, static_cast<int>(tool_index_.size())).first->second;
    }
    json out{{"index", index}};
    if (!id.empty()) out["id"] = id;
    const json& function = member_at(call, "function");
    const std::string name = sdk::string_at(function, "name");
    if (!name.empty()) out["name"] = name;
    out["arguments"] = sdk::string_at(function, "arguments");
    sink.emit(OC_CHAT_TOOL_CALL, sdk::to_text(out));
  }
}

}  // namespace openclaw::openai
