// Events, blocks and deltas as Anthropic's "Streaming messages" lists them.
#include "stream_parser.hpp"

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/provider/usage.hpp"
#include "openclaw/provider.h"

namespace openclaw::anthropic {

using nlohmann::json;
using sdk::Failure;
using sdk::member_at;

namespace {

constexpr std::size_t kMaxOpenBlocks = 256;

const char* finish_word(const std::string& stop_reason) {
  if (stop_reason == "max_tokens" || stop_reason == "model_context_window_exceeded")
    return "length";
  if (stop_reason == "tool_use") return "tool_calls";
  if (stop_reason == "refusal") return "content_filter";
  return "stop";  // end_turn, stop_sequence, pause_turn
}

void emit_text(std::uint32_t kind, const std::string& text, sdk::ChatSink& sink) {
  if (!text.empty()) sink.emit(kind, text);
}

std::string call_text(int index, const json& block, const std::string& arguments) {
  return sdk::to_text({{"index", index},
                       {"id", sdk::string_at(block, "id")},
                       {"name", sdk::string_at(block, "name")},
                       {"arguments", arguments}});
}

std::string fragment_text(int index, const std::string& arguments) {
  return sdk::to_text({{"index", index}, {"arguments", arguments}});
}

}  // namespace

std::optional<Failure> StreamParser::event(std::string_view name, std::string_view data,
                                           sdk::ChatSink& sink) {
  if (complete_ || name == "ping") return std::nullopt;
  const json event = sdk::parse_bounded(data);
  if (!event.is_object()) return errors_.malformed("an event that is not a JSON object");
  const std::string type = sdk::string_at(event, "type");
  if (type == "error" || name == "error") {
    const json& error = member_at(event, "error");
    return errors_.in_answer(error.is_null() ? event : error);
  }
  if (type == "message_start") {
    if (begun_) return errors_.malformed("a second message in one answer");
    begun_ = true;
    take_usage(member_at(member_at(event, "message"), "usage"), sink);
    return std::nullopt;
  }
  const bool known = type == "content_block_start" || type == "content_block_delta" ||
                     type == "content_block_stop" || type == "message_delta" ||
                     type == "message_stop";
  if (!known) return std::nullopt;
  if (!begun_) return errors_.malformed("an answer without a beginning");
  if (type == "content_block_start") return start_block(event, sink);
  if (type == "content_block_delta") return block_delta(event, sink);
  if (type == "content_block_stop") return stop_block(event, sink);
  if (type == "message_delta") {
    const std::string reason = sdk::string_at(member_at(event, "delta"), "stop_reason");
    if (!reason.empty()) stop_reason_ = reason;
    sink.progress();
    take_usage(member_at(event, "usage"), sink);
    return std::nullopt;
  }
  finish(sink);
  return std::nullopt;
}

std::optional<Failure> StreamParser::start_block(const json& event, sdk::ChatSink& sink) {
  const auto index = sdk::count_at(event, "index");
  if (blocks_.count(index) != 0 || blocks_.size() >= kMaxOpenBlocks)
    return errors_.malformed("a content block that is open already");
  sink.progress();
  Block& open = blocks_[index];
  const json& block = member_at(event, "content_block");
  const std::string type = sdk::string_at(block, "type");
  if (type == "text") {
    emit_text(OC_CHAT_TEXT, sdk::string_at(block, "text"), sink);
  } else if (type == "thinking") {
    emit_text(OC_CHAT_REASONING, sdk::string_at(block, "thinking"), sink);
  } else if (type == "tool_use") {
    open.tool = true;
    open.tool_index = tools_++;
    const json& input = member_at(block, "input");
    if (input.is_object() && !input.empty()) open.input = sdk::to_text(input);
    sink.emit(OC_CHAT_TOOL_CALL, call_text(open.tool_index, block, {}));
  }
  return std::nullopt;
}

std::optional<Failure> StreamParser::block_delta(const json& event, sdk::ChatSink& sink) {
  const auto open = blocks_.find(sdk::count_at(event, "index"));
  if (open == blocks_.end()) return errors_.malformed("a part of a content block that is not open");
  sink.progress();
  const json& delta = member_at(event, "delta");
  const std::string type = sdk::string_at(delta, "type");
  if (type == "text_delta") {
    emit_text(OC_CHAT_TEXT, sdk::string_at(delta, "text"), sink);
  } else if (type == "thinking_delta") {
    emit_text(OC_CHAT_REASONING, sdk::string_at(delta, "thinking"), sink);
  } else if (type == "input_json_delta" && open->second.tool) {
    const std::string part = sdk::string_at(delta, "partial_json");
    if (part.empty()) return std::nullopt;
    open->second.input.clear();
    sink.emit(OC_CHAT_TOOL_CALL, fragment_text(open->second.tool_index, part));
  }
  return std::nullopt;
}

std::optional<Failure> StreamParser::stop_block(const json& event, sdk::ChatSink& sink) {
  const auto open = blocks_.find(sdk::count_at(event, "index"));
  if (open == blocks_.end())
    return errors_.malformed("the end of a content block that is not open");
  sink.progress();
  if (!open->second.input.empty())
    sink.emit(OC_CHAT_TOOL_CALL, fragment_text(open->second.tool_index, open->second.input));
  blocks_.erase(open);
  return std::nullopt;
}

void StreamParser::take_usage(const json& usage, sdk::ChatSink& sink) {
  if (!usage.is_object()) return;
  // Cumulative; a message_delta may carry only output_tokens.
  const auto take = [&](const char* key, std::uint64_t& into) {
    if (member_at(usage, key).is_number_unsigned()) into = sdk::count_at(usage, key);
  };
  take("input_tokens", input_);
  take("cache_creation_input_tokens", cache_written_);
  take("cache_read_input_tokens", cache_read_);
  take("output_tokens", output_);
  // OpenAI counts cached tokens among the prompt's, Anthropic beside them.
  sink.emit(OC_CHAT_USAGE,
            sdk::Usage{input_ + cache_written_ + cache_read_, output_, cache_read_}.json());
}

void StreamParser::finish(sdk::ChatSink& sink) {
  complete_ = true;
  sink.emit(OC_CHAT_FINISH, finish_word(stop_reason_));
}

std::optional<Failure> StreamParser::end(bool /*mid_event*/, sdk::ChatSink& /*sink*/) {
  if (complete_) return std::nullopt;
  return errors_.cut_off();
}

std::optional<Failure> StreamParser::whole(std::string_view body, sdk::ChatSink& sink) {
  const json message = sdk::parse_bounded(body);
  const std::string type = sdk::string_at(message, "type");
  if (type == "error" || !member_at(message, "error").is_null())
    return errors_.in_answer(member_at(message, "error"));
  const json& content = member_at(message, "content");
  if (type != "message" || !content.is_array())
    return errors_.malformed("something else than a message");
  for (const auto& block : content) {
    const std::string kind = sdk::string_at(block, "type");
    if (kind == "text") {
      emit_text(OC_CHAT_TEXT, sdk::string_at(block, "text"), sink);
    } else if (kind == "thinking") {
      emit_text(OC_CHAT_REASONING, sdk::string_at(block, "thinking"), sink);
    } else if (kind == "tool_use") {
      const json& input = member_at(block, "input");
      sink.emit(OC_CHAT_TOOL_CALL,
                call_text(tools_++, block, input.is_object() ? sdk::to_text(input) : "{}"));
    }
  }
  take_usage(member_at(message, "usage"), sink);
  stop_reason_ = sdk::string_at(message, "stop_reason");
  finish(sink);
  return std::nullopt;
}

}  // namespace openclaw::anthropic
