// Decodes what Meta posts, trusting none of it beyond its signature.
#include "payload.hpp"

#include "content.hpp"
#include "meta_integer.hpp"
#include "openclaw/cpp/json.hpp"

namespace openclaw::whatsapp {

namespace {

using nlohmann::json;

constexpr std::int64_t kMaxSeconds = INT64_C(1) << 40;
constexpr std::size_t kMaxTitle = 200;

std::string name_of(const json& value, const std::string& wa_id) {
  for (const json& contact : sdk::array_at(value, "contacts")) {
    if (sdk::string_at(contact, "wa_id") == wa_id)
      return sdk::string_at(sdk::object_at(contact, "profile"), "name");
  }
  return {};
}

std::optional<Incoming> incoming_of(const json& message, const json& value) {
  Incoming out;
  out.wamid = sdk::string_at(message, "id");
  out.sender_id = sdk::string_at(message, "from");
  if (out.wamid.empty() || out.sender_id.empty() || !fill_content(message, out)) {
    return std::nullopt;
  }
  const json& metadata = sdk::object_at(value, "metadata");
  out.phone_number_id = sdk::string_at(metadata, "phone_number_id");
  out.sender_name = name_of(value, out.sender_id);
  const json& context = sdk::object_at(message, "context");
  out.reply_to = sdk::string_at(context, "id");
  out.chat_id = sdk::string_at(message, "group_id");
  if (out.chat_id.empty()) {
    out.chat_id = out.sender_id;
  } else {
    out.flags |= OC_MSG_GROUP;
    // WhatsApp tells of no mentions; an answer to one of our messages addresses us.
    const std::string answered = sdk::string_at(context, "from");
    if (!answered.empty() && answered == sdk::string_at(metadata, "display_phone_number")) {
      out.flags |= OC_MSG_MENTIONED;
    }
  }
  const std::int64_t seconds = integer_of(message, "timestamp");
  if (seconds > 0 && seconds < kMaxSeconds) out.ts_ms = seconds * 1000;
  return out;
}

Notice notice_of(const json& error) {
  return {integer_of(error, "code"), sdk::string_at(error, "title").substr(0, kMaxTitle)};
}

void add_status(const json& status, Payload& out) {
  StatusUpdate update;
  update.wamid = sdk::string_at(status, "id");
  update.status = sdk::string_at(status, "status");
  update.recipient = sdk::string_at(status, "recipient_id");
  if (update.wamid.empty() || update.status.empty()) return;
  if (const json& errors = sdk::array_at(status, "errors"); !errors.empty()) {
    auto [code, title] = notice_of(errors.front());
    update.code = code;
    update.title = std::move(title);
  }
  out.statuses.push_back(std::move(update));
}

void add_value(const json& value, Payload& out) {
  for (const json& message : sdk::array_at(value, "messages")) {
    if (auto incoming = incoming_of(message, value)) {
      out.messages.push_back(std::move(*incoming));
    } else {
      ++out.ignored;
    }
  }
  for (const json& status : sdk::array_at(value, "statuses")) add_status(status, out);
  for (const json& error : sdk::array_at(value, "errors")) out.errors.push_back(notice_of(error));
}

}  // namespace

std::optional<Payload> decode_payload(std::string_view body) {
  const json root = json::parse(body, nullptr, false);
  if (sdk::string_at(root, "object") != "whatsapp_business_account") return std::nullopt;
  Payload out;
  for (const json& entry : sdk::array_at(root, "entry")) {
    for (const json& change : sdk::array_at(entry, "changes")) {
      // Templates, groups and the account have fields of their own: nothing for an agent.
      if (sdk::string_at(change, "field") == "messages")
        add_value(sdk::object_at(change, "value"), out);
    }
  }
  return out;
}

}  // namespace openclaw::whatsapp
