// The table of opcodes-and-status-codes in Discord's documentation.
#include "close_code.hpp"

namespace openclaw::discord {

AfterClose after_close(std::uint32_t code) {
  switch (code) {
    case 1000:  // in order: Discord has ended the session too
    case 4003:
    case 4005:
    case 4007:
    case 4008:
      return AfterClose::identify;
    case 4004:
    case 4010:
    case 4011:
    case 4012:
    case 4013:
    case 4014:
      return AfterClose::give_up;
    default:
      return AfterClose::resume;
  }
}

std::string fatal_reason(std::uint32_t code, const std::string& key_prefix) {
  const std::string told = " (Discord closed with " + std::to_string(code) + ")";
  switch (code) {
    case 4004:
      return key_prefix + "botToken was refused by Discord" + told +
             ": in the Developer Portal open your application, Bot, Reset Token, and set the new "
             "token";
    case 4010:
    case 4011:
      return "this bot is in more servers than one connection may serve" + told +
             ": remove it from some; sharding is not supported";
    case 4014:
      return "the Message Content Intent is not switched on" + told +
             ": in the Developer Portal open your application, Bot, Privileged Gateway Intents, "
             "switch it on, save, and restart the gateway";
    default:
      return "Discord no longer takes what this version speaks" + told + ": update the gateway";
  }
}

std::string close_words(std::uint32_t code) {
  const char* words = nullptr;
  switch (code) {
    case 4000:
      words = "unknown error";
      break;
    case 4003:
      words = "not authenticated";
      break;
    case 4007:
      words = "invalid sequence";
      break;
    case 4008:
      words = "too many events";
      break;
    case 4009:
      words = "the session timed out";
      break;
    case 1005:
    case 1006:
      return "without a code";
    default:
      break;
  }
  return std::to_string(code) + (words == nullptr ? "" : std::string(" (") + words + ")");
}

}  // namespace openclaw::discord
