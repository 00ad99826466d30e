// Decodes what Meta posts, trusting none of it beyond its signature.
#include "payload.hpp"

#include "content.hpp"
#include "json_fields.hpp"

namespace openclaw::whatsapp {

namespace {

using nlohmann::json;

constexpr std::int64_t kMaxSeconds = INT64_C(1) << 40;
constexpr std::size_t kMaxTitle = 200;

std::string name_of(const json& value, const std::string& wa_id) {
  for (const json& contact : array_of(value, "contacts")) {
    if (text_of(contact, "wa_id") == wa_id) return text_of(object_of(contact, "profile"), "name");
  }
  return {};
}

std::optional<Incoming> incoming_of(const json& message, const json& value) {
  Incoming out;
  out.wamid = text_of(message, "id");
  out.sender_id = text_of(message, "from");
  if (out.wamid.empty() || out.sender_id.empty() || !fill_content(message, out)) {
    return std::nullopt;
  }
  const json& metadata = object_of(value, "metadata");
  out.phone_number_id = text_of(metadata, "phone_number_id");
  out.sender_name = name_of(value, out.sender_id);
  const json& context = object_of(message, "context");
  out.reply_to = text_of(context, "id");
  out.chat_id = text_of(message, "group_id");
  if (out.chat_id.empty()) {
    out.chat_id = out.sender_id;
  } else {
    out.flags |= OC_MSG_GROUP;
    // WhatsApp tells of no mentions; an answer to one of our messages addresses us.
    const std::string answered = text_of(context, "from");
    if (!answered.empty() && answered == text_of(metadata, "display_phone_number")) {
      out.flags |= OC_MSG_MENTIONED;
    }
  }
  const std::int64_t seconds = integer_of(message, "timestamp");
  if (seconds > 0 && seconds < kMaxSeconds) out.ts_ms = seconds * 1000;
  return out;
}

Notice notice_of(const json& error) {
  return {integer_of(error, "code"), text_of(error, "title").substr(0, kMaxTitle)};
}

void add_status(const json& status, Payload& out) {
  StatusUpdate update;
  update.wamid = text_of(status, "id");
  update.status = text_of(status, "status");
  if (update.wamid.empty() || update.status.empty()) return;
  if (const json& errors = array_of(status, "errors"); !errors.empty()) {
    auto [code, title] = notice_of(errors.front());
    update.code = code;
    update.title = std::move(title);
  }
  out.statuses.push_back(std::move(update));
}

void add_value(const json& value, Payload& out) {
  for (const json& message : array_of(value, "messages")) {
    if (auto incoming = incoming_of(message, value)) {
      out.messages.push_back(std::move(*incoming));
    } else {
      ++out.ignored;
    }
  }
  for (const json& status : array_of(value, "statuses")) add_status(status, out);
  for (const json& error : array_of(value, "errors")) out.errors.push_back(notice_of(error));
}

}  // namespace

std::optional<Payload> decode_payload(std::string_view body) {
  const json root = json::parse(body, nullptr, false);
  if (text_of(root, "object") != "whatsapp_business_account") return std::nullopt;
  Payload out;
  for (const json& entry : array_of(root, "entry")) {
    for (const json& change : array_of(entry, "changes")) {
      // Templates, groups and the account have fields of their own: nothing for an agent.
      if (text_of(change, "field") == "messages") add_value(object_of(change, "value"), out);
    }
  }
  return out;
}

}  // namespace openclaw::whatsapp
