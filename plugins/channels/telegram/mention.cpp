// Finds the bot's name in a message's entities, whose offsets are UTF-16 units.
#include "mention.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "utf16.hpp"

namespace openclaw::telegram {

namespace {

using nlohmann::json;

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  // Usernames are ASCII.
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

const json* entities_of(const json& message) {
  return sdk::find_array(message, message.contains("text") ? "entities" : "caption_entities");
}

std::string_view covered(const json& entity, std::string_view text) {
  const auto offset = sdk::integer_at(entity, "offset");
  const auto length = sdk::integer_at(entity, "length");
  if (offset < 0 || length <= 0) return {};
  return utf16_slice(text, static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
}

/// True when `part` ends in "@username".
bool ends_in_name(std::string_view part, const Bot& bot) {
  const auto at = part.find('@');
  return at != std::string_view::npos && !bot.username.empty() &&
         equal_ignoring_case(part.substr(at + 1), bot.username);
}

}  // namespace

const json* replied_message(const json& message) {
  const json* replied = sdk::find_object(message, "reply_to_message");
  return replied == nullptr || replied->contains("forum_topic_created") ? nullptr : replied;
}

bool addresses_bot(const json& message, const std::string& text, const Bot& bot) {
  if (const json* replied = replied_message(message)) {
    const json* from = sdk::find_object(*replied, "from");
    if (from != nullptr && sdk::integer_at(*from, "id") == bot.id) return true;
  }
  const json* entities = entities_of(message);
  if (entities == nullptr) return false;
  for (const json& entity : *entities) {
    if (!entity.is_object()) continue;
    const std::string type = sdk::string_at(entity, "type");
    if (type == "text_mention") {
      const json* user = sdk::find_object(entity, "user");
      if (user != nullptr && sdk::integer_at(*user, "id") == bot.id) return true;
    } else if (type == "mention" || type == "bot_command") {
      if (ends_in_name(covered(entity, text), bot)) return true;
    }
  }
  return false;
}

std::string without_own_suffix(const json& message, std::string text, const Bot& bot) {
  const json* entities = entities_of(message);
  if (entities == nullptr) return text;
  for (const json& entity : *entities) {
    if (!entity.is_object() || sdk::string_at(entity, "type") != "bot_command") continue;
    if (sdk::integer_at(entity, "offset") != 0) continue;
    const std::string_view command = covered(entity, text);
    if (!ends_in_name(command, bot)) return text;
    const std::size_t at = command.find('@');
    text.erase(at, command.size() - at);
    return text;
  }
  return text;
}

}  // namespace openclaw::telegram
