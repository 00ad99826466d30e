#include "requests.hpp"

#include <algorithm>
#include <iterator>

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

constexpr std::string_view kWamid = "wamid.";

/// Absent when `to` can be no person or group of WhatsApp's.
std::optional<json> message_to(std::string_view to, const char* type, std::string_view reply_to) {
  if (!is_person(to) && !is_group(to)) return std::nullopt;
  json body = {{"messaging_product", "whatsapp"},
               {"recipient_type", is_person(to) ? "individual" : "group"},
               {"to", to},
               {"type", type}};
  // Other ids are none of WhatsApp's, and would have the whole message refused.
  if (reply_to.substr(0, kWamid.size()) == kWamid) body["context"] = {{"message_id", reply_to}};
  return body;
}

struct Kind {
  std::string_view mime;  ///< or its beginning, up to a dot
  const char* type;
};

// The Cloud API's reference, "Supported media types".
constexpr Kind kKinds[] = {
    {"image/jpeg", "image"},
    {"image/png", "image"},
    {"video/mp4", "video"},
    {"video/3gpp", "video"},
    {"audio/aac", "audio"},
    {"audio/amr", "audio"},
    {"audio/mpeg", "audio"},
    {"audio/mp4", "audio"},
    {"audio/ogg", "audio"},
    {"text/plain", "document"},
    {"application/pdf", "document"},
    {"application/msword", "document"},
    {"application/vnd.ms-excel", "document"},
    {"application/vnd.ms-powerpoint", "document"},
    {"application/vnd.openxmlformats-officedocument.", "document"},
};

/// nullptr: it is not shown.
const char* type_of(std::string_view mime) {
  const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds), [mime](const Kind& known) {
    return known.mime.back() == '.' ? mime.substr(0, known.mime.size()) == known.mime
                                    : mime == known.mime;
  });
  return kind == std::end(kKinds) ? nullptr : kind->type;
}

}  // namespace

std::optional<std::string> text_body(std::string_view to, std::string_view text,
                                     std::string_view reply_to) {
  auto body = message_to(to, "text", reply_to);
  if (!body) return std::nullopt;
  const bool has_link = text.find("http://") != std::string_view::npos ||
                        text.find("https://") != std::string_view::npos;
  (*body)["text"] = {{"body", text}, {"preview_url", has_link}};
  return sdk::to_text(*body);
}

std::optional<std::string> media_body(std::string_view to, const Media& media,
                                      std::string_view caption, std::string_view reply_to) {
  const char* type = type_of(media.mime);
  if (type == nullptr) return std::nullopt;
  // Sound has no caption there: words that belong to it are not to be lost.
  if (!caption.empty() && std::string_view(type) == "audio") return std::nullopt;
  auto body = message_to(to, type, reply_to);
  if (!body) return std::nullopt;
  json shown = {{"link", media.url}};
  const bool document = std::string_view(type) == "document";
  if (!caption.empty()) shown["caption"] = caption;
  if (!media.name.empty() && document) shown["filename"] = media.name;
  (*body)[type] = std::move(shown);
  return sdk::to_text(*body);
}

std::string text_instead(const Media& media, std::string_view caption) {
  std::string text(caption);
  if (!text.empty()) text += '\n';
  return text + media.url;
}

std::optional<std::string> reaction_body(std::string_view to, std::string_view wamid,
                                         std::string_view emoji) {
  if (wamid.substr(0, kWamid.size()) != kWamid) return std::nullopt;
  auto body = message_to(to, "reaction", {});
  if (!body) return std::nullopt;
  (*body)["reaction"] = {{"message_id", wamid}, {"emoji", emoji}};
  return sdk::to_text(*body);
}

std::string typing_body(std::string_view wamid) {
  return sdk::to_text(json{{"messaging_product", "whatsapp"},
                           {"status", "read"},
                           {"message_id", wamid},
                           {"typing_indicator", {{"type", "text"}}}});
}

}  // namespace openclaw::whatsapp
