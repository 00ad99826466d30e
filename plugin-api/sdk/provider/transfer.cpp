// Decides what each piece of an answer means for its op.
#include "transfer.hpp"

#include <strings.h>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/provider/retry_hint.hpp"

namespace openclaw::sdk {

namespace {

constexpr std::size_t kMaxErrorBody = 64 * 1024;

bool has_type(std::string_view content_type, std::string_view type) {
  return content_type.size() >= type.size() &&
         ::strncasecmp(content_type.data(), type.data(), type.size()) == 0;
}

}  // namespace

void ChatClient::Transfer::emit(std::uint32_t kind, std::string_view data) {
  if (unheard_) return;
  if (kind <= OC_CHAT_TOOL_CALL) progress();
  if (host_.emit(op, kind, data) != OC_OK) unheard_ = true;
}

void ChatClient::Transfer::head(std::uint32_t status, const Headers& headers) {
  status_ = status;
  const auto type = find_header(headers, "content-type");
  // Servers that stream under another type than text/event-stream exist; these two never do.
  foreign_ = status < 200 || status > 299 ||
             (stream && (has_type(type, "application/json") || has_type(type, "text/html")));
  if (foreign_) headers_ = headers;
}

std::optional<Failure> ChatClient::Transfer::data(std::string_view chunk) {
  if (foreign_) {
    collected_ += chunk.substr(0, kMaxErrorBody - std::min(kMaxErrorBody, collected_.size()));
    return std::nullopt;
  }
  sse_.feed(chunk);
  return events();
}

std::optional<Failure> ChatClient::Transfer::events() {
  while (const auto event = sse_.next()) {
    if (auto failure = one(*event)) return failure;
    if (parser->complete()) return std::nullopt;
  }
  if (sse_.too_big()) return errors_.too_big();
  return std::nullopt;
}

std::optional<Failure> ChatClient::Transfer::one(const SseEvent& event) {
  if (auto failure = parser->event(event.name, event.data, *this)) return failure;
  if (unheard_) return Failure{OC_E_CANCELLED, "nobody listens to this answer any more"};
  return std::nullopt;
}

std::optional<Failure> ChatClient::Transfer::finish(const std::optional<Failure>& failure,
                                                    std::string_view body) {
  const bool refused = status_ != 0 && (status_ < 200 || status_ > 299);
  // A refusal whose body broke off is still that refusal.
  if (refused) {
    return errors_.response(status_, headers_, stream ? std::string_view(collected_) : body,
                            host_.unix_ms());
  }
  if (failure) return errors_.network(*failure);
  if (foreign_) {
    const auto parsed = parse_bounded(collected_);
    if (parsed.is_object() && parsed.contains("error")) return errors_.in_answer(parsed["error"]);
    return errors_.malformed("something else than an event stream");
  }
  if (!stream) return parser->whole(body, *this);
  const bool mid_event = sse_.mid_event();
  if (const auto event = sse_.last()) {
    if (auto broken = one(*event)) return broken;
    if (parser->complete()) return std::nullopt;
  }
  return parser->end(mid_event, *this);
}

}  // namespace openclaw::sdk
