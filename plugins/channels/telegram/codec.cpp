// Decodes what Telegram sends, trusting none of it.
#include "codec.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "media.hpp"
#include "mention.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::telegram {

namespace {

using nlohmann::json;

std::string person_name(const json& user) {
  std::string name = sdk::string_at(user, "first_name");
  const std::string last = sdk::string_at(user, "last_name");
  if (!last.empty()) name += (name.empty() ? "" : " ") + last;
  return name;
}

/// False when nobody the gateway talks to has said it.
bool fill_sender(const json& message, Incoming& out) {
  // An anonymous administrator or a channel speaks as a chat; `from` is then a stand-in.
  if (const json* chat = sdk::find_object(message, "sender_chat")) {
    const auto id = sdk::integer_at(*chat, "id");
    if (id == 0) return false;
    out.sender_id = std::to_string(id);
    out.sender_name = sdk::string_at(*chat, "title");
    return true;
  }
  const json* from = sdk::find_object(message, "from");
  if (from == nullptr || sdk::flag_at(*from, "is_bot")) return false;
  const auto id = sdk::integer_at(*from, "id");
  if (id == 0) return false;
  out.sender_id = std::to_string(id);
  out.sender_name = person_name(*from);
  return true;
}

bool fill_chat(const json& message, Incoming& out) {
  const json* chat = sdk::find_object(message, "chat");
  if (chat == nullptr) return false;
  const auto id = sdk::integer_at(*chat, "id");
  const std::string type = sdk::string_at(*chat, "type");
  if (id == 0 || (type != "private" && type != "group" && type != "supergroup")) return false;
  out.chat_id = std::to_string(id);
  if (type != "private") out.flags |= OC_MSG_GROUP;
  const auto thread = sdk::integer_at(message, "message_thread_id");
  if (sdk::flag_at(message, "is_topic_message") && thread != 0) {
    out.thread_id = std::to_string(thread);
  } else if (sdk::flag_at(*chat, "is_forum") && type != "private") {
    out.thread_id = kGeneralTopic;
  }
  return true;
}

std::optional<Incoming> incoming_of(std::int64_t update_id, const json& message, const Bot& bot) {
  // A channel's post that Telegram copied into its discussion group is nobody's question.
  if (sdk::flag_at(message, "is_automatic_forward")) return std::nullopt;
  Incoming out;
  const auto message_id = sdk::integer_at(message, "message_id");
  if (message_id == 0 || !fill_chat(message, out) || !fill_sender(message, out)) {
    return std::nullopt;
  }
  // update_ids belong to one bot, and the account may be given another one's token.
  out.event_id = std::to_string(bot.id) + ":" + std::to_string(update_id);
  out.message_id = std::to_string(message_id);
  const auto seconds = sdk::integer_at(message, "date");
  if (seconds > 0 && seconds < INT64_C(1) << 40) out.ts_ms = seconds * 1000;
  out.text = sdk::string_at(message, message.contains("text") ? "text" : "caption");
  out.attachments = attachments_of(message);
  if (const json* sticker = sdk::find_object(message, "sticker");
      sticker != nullptr && out.text.empty()) {
    out.text = sdk::string_at(*sticker, "emoji");
  }
  if (out.text.empty() && out.attachments.empty()) return std::nullopt;
  if (addresses_bot(message, out.text, bot)) out.flags |= OC_MSG_MENTIONED;
  out.text = without_own_suffix(message, std::move(out.text), bot);
  if (const json* replied = replied_message(message)) {
    if (const auto id = sdk::integer_at(*replied, "message_id"); id != 0) {
      out.reply_to = std::to_string(id);
    }
  }
  return out;
}

/// Telegram's ids are 32 bits; what JSON's numbers cannot hold exactly is none, and id + 1 is safe.
constexpr std::int64_t kMaxUpdateId = INT64_C(1) << 53;

std::optional<Update> update_of(const json& object, const Bot& bot) {
  if (!object.is_object()) return std::nullopt;
  Update update;
  update.id = sdk::integer_at(object, "update_id");
  if (update.id <= 0 || update.id > kMaxUpdateId) return std::nullopt;
  if (const json* message = sdk::find_object(object, "message")) {
    update.message = incoming_of(update.id, *message, bot);
  }
  return update;
}

/// The result of a successful answer; discarded when it is something else.
json result_of(std::string_view body) {
  json parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object() || !sdk::flag_at(parsed, "ok")) return json(json::value_t::discarded);
  const auto result = parsed.find("result");
  return result == parsed.end() ? json(json::value_t::discarded) : std::move(*result);
}

}  // namespace

IncomingView::IncomingView(const Incoming& incoming) {
  for (const Attachment& a : incoming.attachments) {
    attachments_.push_back({sizeof(oc_attachment), 0, sdk::str(a.mime), sdk::str(a.name),
                            sdk::str(a.file_id), a.bytes});
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
  message_.attachments = attachments_.data();
  message_.n_attachments = static_cast<std::uint32_t>(attachments_.size());
  message_.attachment_stride = sizeof(oc_attachment);
}

std::optional<Bot> decode_bot(std::string_view body) {
  const json result = result_of(body);
  if (!result.is_object()) return std::nullopt;
  Bot bot{sdk::integer_at(result, "id"), sdk::string_at(result, "username")};
  if (bot.id == 0) return std::nullopt;
  return bot;
}

std::optional<std::vector<Update>> decode_updates(std::string_view body, const Bot& bot) {
  const json result = result_of(body);
  if (!result.is_array()) return std::nullopt;
  std::vector<Update> updates;
  for (const json& object : result) {
    if (auto update = update_of(object, bot)) updates.push_back(std::move(*update));
  }
  // Nothing in it moves the offset: polling on would bring the same at once.
  if (updates.empty() && !result.empty()) return std::nullopt;
  std::stable_sort(updates.begin(), updates.end(),
                   [](const Update& a, const Update& b) { return a.id < b.id; });
  return updates;
}

std::optional<Update> decode_update(std::string_view body, const Bot& bot) {
  return update_of(json::parse(body, nullptr, false), bot);
}

}  // namespace openclaw::telegram
