// Whether a message in a group speaks to the bot.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "codec.hpp"

namespace openclaw::telegram {

/// The message that `message` answers, or nullptr. In a forum topic Telegram names the topic's
/// opening where nothing is answered; that does not count.
const nlohmann::json* replied_message(const nlohmann::json& message);

/// True for @username, a text mention, /command@username and an answer to the bot's own message.
bool addresses_bot(const nlohmann::json& message, const std::string& text, const Bot& bot);

/// "/status@my_bot now" → "/status now"; other text as it is.
std::string without_own_suffix(const nlohmann::json& message, std::string text, const Bot& bot);

}  // namespace openclaw::telegram
