#include "requests.hpp"

#include <algorithm>

#include "openclaw/cpp/json.hpp"

namespace openclaw::whatsapp {

namespace {

using nlohmann::json;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// E.164 has at most 15 digits.
bool is_person(std::string_view id) {
  return id.size() >= 5 && id.size() <= 15 && std::all_of(id.begin(), id.end(), is_digit);
}

/// Opaque, longer than a number, and in the alphabet of base64.
bool is_group(std::string_view id) {
  return id.size() > 15 && id.size() <= 256 && std::any_of(id.begin(), id.end(), is_letter) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return is_digit(c) || is_letter(c) ||
                  std::string_view("+/=_-").find(c) != std::string_view::npos;
         });
}

}  // namespace

std::optional<std::string> text_body(std::string_view to, std::string_view text,
                                     std::string_view reply_to) {
  if (!is_person(to) && !is_group(to)) return std::nullopt;
  const bool has_link = text.find("http://") != std::string_view::npos ||
                        text.find("https://") != std::string_view::npos;
  json body = {{"messaging_product", "whatsapp"},
               {"recipient_type", is_person(to) ? "individual" : "group"},
               {"to", to},
               {"type", "text"},
               {"text", {{"body", text}, {"preview_url", has_link}}}};
  // Other ids are none of WhatsApp's, and would have the whole message refused.
  if (reply_to.substr(0, 6) == "wamid.") body["context"] = {{"message_id", reply_to}};
  return sdk::to_text(body);
}

std::string typing_body(std::string_view wamid) {
  return sdk::to_text(json{{"messaging_product", "whatsapp"},
                           {"status", "read"},
                           {"message_id", wamid},
                           {"typing_indicator", {{"type", "text"}}}});
}

}  // namespace openclaw::whatsapp
