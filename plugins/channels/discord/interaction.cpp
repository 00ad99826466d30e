// Decodes interactions, whose sender is Discord, but whose words are anybody's.
#include "interaction.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "places.hpp"
#include "requests.hpp"
#include "snowflake.hpp"

namespace openclaw::discord {

namespace {

using nlohmann::json;
constexpr std::int64_t kPing = 1, kCommand = 2;
constexpr int kPong = 1, kMessage = 4, kDeferred = 5;
constexpr int kEphemeral = 1 << 6;

std::string option_of(const json& data, std::string_view name) {
  const json* options = sdk::find_array(data, "options");
  if (options == nullptr) return {};
  for (const json& option : *options) {
    if (option.is_object() && sdk::string_at(option, "name") == name)
      return sdk::string_at(option, "value");
  }
  return {};
}

/// The parent of the thread it was said in, or empty.
std::string parent_of(const json& interaction, const std::string& channel_id) {
  Places places;
  if (const json* channel = sdk::find_object(interaction, "channel"))
    places.learn_channel(*channel);
  return places.parent_of(channel_id).value_or("");
}

bool fill_ask(const json& interaction, Incoming& out) {
  const json* member = sdk::find_object(interaction, "member");
  const json* user = sdk::find_object(member == nullptr ? interaction : *member, "user");
  if (user == nullptr || !fill_sender(*user, member, out)) return false;
  out.event_id = out.message_id = sdk::string_at(interaction, "id");
  out.chat_id = sdk::string_at(interaction, "channel_id");
  const json* data = sdk::find_object(interaction, "data");
  if (!is_snowflake(out.event_id) || !is_snowflake(out.chat_id) || data == nullptr) return false;
  out.guild_id = sdk::string_at(interaction, "guild_id");
  out.text = option_of(*data, "text");
  out.flags = OC_MSG_MENTIONED;
  out.ts_ms = snowflake_unix_ms(out.event_id);
  Interaction answer{sdk::string_at(interaction, "application_id"),
                     sdk::string_at(interaction, "token"), out.ts_ms};
  place(out, parent_of(interaction, out.chat_id), answer.to_json());
  return Interaction::from_extra(out.extra_json).has_value() && !out.text.empty();
}

}  // namespace

Interacted decode_interaction(std::string_view body, const std::string& application_id) {
  const json parsed = json::parse(body, nullptr, false);
  Interacted out;
  if (!parsed.is_object()) return out;
  const std::int64_t type = sdk::integer_at(parsed, "type");
  if (!application_id.empty() && parsed.contains("application_id") &&
      sdk::string_at(parsed, "application_id") != application_id) {
    return out;
  }
  if (type == kPing) {
    out.kind = Interacted::Kind::ping;
  } else if (type == kCommand) {
    const json* data = sdk::find_object(parsed, "data");
    const bool ask = data != nullptr && sdk::string_at(*data, "name") == "ask";
    out.kind = !ask                            ? Interacted::Kind::other
               : fill_ask(parsed, out.message) ? Interacted::Kind::ask
                                               : Interacted::Kind::unreadable;
  } else if (type > kCommand) {
    out.kind = Interacted::Kind::other;
  }
  return out;
}

std::string pong() {
  return sdk::to_text(json{{"type", kPong}});
}

std::string deferred() {
  return sdk::to_text(json{{"type", kDeferred}});
}

std::string said_privately(std::string_view text) {
  return sdk::to_text(json{{"type", kMessage},
                           {"data",
                            {{"content", text},
                             {"flags", kEphemeral},
                             {"allowed_mentions", {{"parse", json::array()}}}}}});
}

}  // namespace openclaw::discord
