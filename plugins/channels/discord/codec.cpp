// Decodes what Discord sends, trusting none of it.
#include "codec.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"
#include "snowflake.hpp"

namespace openclaw::discord {

namespace {

using nlohmann::json;

// Message types: all others are notices of the platform (joins, pins, new threads).
constexpr std::int64_t kDefault = 0, kReply = 19;
constexpr std::size_t kMaxRoles = 250;

bool mentions(const json& message, const std::string& bot_id) {
  if (const json* list = sdk::find_array(message, "mentions")) {
    for (const json& user : *list) {
      if (user.is_object() && sdk::string_at(user, "id") == bot_id) return true;
    }
  }
  const json* replied = sdk::find_object(message, "referenced_message");
  const json* author = replied == nullptr ? nullptr : sdk::find_object(*replied, "author");
  return author != nullptr && sdk::string_at(*author, "id") == bot_id;
}

std::vector<Attachment> attachments_of(const json& message) {
  std::vector<Attachment> found;
  const json* list = sdk::find_array(message, "attachments");
  if (list == nullptr) return found;
  for (const json& file : *list) {
    if (!file.is_object()) continue;
    Attachment attachment;
    attachment.url = sdk::string_at(file, "url");
    attachment.mime = sdk::string_at(file, "content_type");
    if (attachment.mime.empty()) attachment.mime = "application/octet-stream";
    attachment.name = sdk::string_at(file, "filename");
    const auto size = sdk::integer_at(file, "size");
    attachment.bytes = size > 0 ? static_cast<std::uint64_t>(size) : 0;
    if (!attachment.url.empty()) found.push_back(std::move(attachment));
  }
  return found;
}

/// What a message says besides its own text: a forwarded message's text, or a sticker's name.
std::string other_text(const json& message) {
  if (const json* snapshots = sdk::find_array(message, "message_snapshots");
      snapshots && !snapshots->empty()) {
    const json& first = snapshots->front();
    const json* inner = first.is_object() ? sdk::find_object(first, "message") : nullptr;
    if (inner != nullptr) return sdk::string_at(*inner, "content");
  }
  if (const json* stickers = sdk::find_array(message, "sticker_items");
      stickers && !stickers->empty()) {
    const json& first = stickers->front();
    if (first.is_object()) return sdk::string_at(first, "name");
  }
  return {};
}

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace

IncomingView::IncomingView(const Incoming& incoming) {
  for (const Attachment& a : incoming.attachments) {
    attachments_.push_back(
        {sizeof(oc_attachment), 0, sdk::str(a.mime), sdk::str(a.name), sdk::str(a.url), a.bytes});
  }
  message_.size = sizeof message_;
  message_.flags = incoming.flags;
  message_.ts_ms = incoming.ts_ms;
  message_.event_id = sdk::str(incoming.event_id);
  message_.chat_id = sdk::str(incoming.chat_id);
  message_.thread_id = sdk::str(incoming.thread_id);
  message_.sender_id = sdk::str(incoming.sender_id);
  message_.sender_name = sdk::str(incoming.sender_name);
  message_.message_id = sdk::str(incoming.message_id);
  message_.reply_to = sdk::str(incoming.reply_to);
  message_.text = sdk::str(incoming.text);
  message_.extra_json = sdk::str(incoming.extra_json);
  message_.attachments = attachments_.data();
  message_.n_attachments = static_cast<std::uint32_t>(attachments_.size());
  message_.attachment_stride = sizeof(oc_attachment);
}

std::string without_mention(std::string text, const std::string& bot_id) {
  for (const std::string& mention : {"<@" + bot_id + ">", "<@!" + bot_id + ">"}) {
    for (auto at = text.find(mention); at != std::string::npos; at = text.find(mention, at)) {
      text.erase(at, mention.size());
    }
  }
  return trimmed(text);
}

bool fill_sender(const json& user, const json* member, Incoming& out) {
  out.sender_id = sdk::string_at(user, "id");
  if (!is_snowflake(out.sender_id) || sdk::flag_at(user, "bot") || sdk::flag_at(user, "system"))
    return false;
  if (member != nullptr) {
    out.sender_name = sdk::string_at(*member, "nick");
    if (const json* roles = sdk::find_array(*member, "roles")) {
      for (const json& role : *roles) {
        if (role.is_string() && out.roles.size() < kMaxRoles) {
          out.roles.push_back(role.get<std::string>());
        }
      }
    }
  }
  if (out.sender_name.empty()) out.sender_name = sdk::string_at(user, "global_name");
  if (out.sender_name.empty()) out.sender_name = sdk::string_at(user, "username");
  return true;
}

std::optional<Incoming> decode_message(const json& message, const std::string& bot_id) {
  if (!message.is_object() || message.contains("webhook_id")) return std::nullopt;
  const std::int64_t type = sdk::integer_at(message, "type");
  if (type != kDefault && type != kReply) return std::nullopt;
  const json* author = sdk::find_object(message, "author");
  Incoming out;
  if (author == nullptr || !fill_sender(*author, sdk::find_object(message, "member"), out) ||
      out.sender_id == bot_id) {
    return std::nullopt;
  }
  out.message_id = out.event_id = sdk::string_at(message, "id");
  out.chat_id = sdk::string_at(message, "channel_id");
  if (!is_snowflake(out.message_id) || !is_snowflake(out.chat_id)) return std::nullopt;
  out.ts_ms = snowflake_unix_ms(out.message_id);
  out.guild_id = sdk::string_at(message, "guild_id");
  out.text = sdk::string_at(message, "content");
  if (out.text.empty()) out.text = other_text(message);
  out.text = without_mention(std::move(out.text), bot_id);
  out.attachments = attachments_of(message);
  if (out.text.empty() && out.attachments.empty()) return std::nullopt;
  if (mentions(message, bot_id)) out.flags |= OC_MSG_MENTIONED;
  // A forward refers to a message too, but does not answer it.
  if (const json* reference = sdk::find_object(message, "message_reference");
      reference != nullptr && sdk::integer_at(*reference, "type") == 0) {
    out.reply_to = sdk::string_at(*reference, "message_id");
  }
  return out;
}

void place(Incoming& incoming, const std::string& parent, std::string_view interaction_json) {
  json extra = json::object();
  if (!interaction_json.empty()) {
    extra["interaction"] = json::parse(interaction_json, nullptr, false);
  }
  if (!incoming.guild_id.empty()) {
    incoming.flags |= OC_MSG_ROOM;
    json where = {{"guild", incoming.guild_id}};
    if (!incoming.roles.empty()) where["roles"] = incoming.roles;
    if (!parent.empty()) {
      where["parent"] = parent;
      incoming.thread_id = std::exchange(incoming.chat_id, parent);
    }
    extra["place"] = std::move(where);
  }
  if (!extra.empty()) {
    incoming.extra_json = sdk::to_text(extra);
  }
}

}  // namespace openclaw::discord
