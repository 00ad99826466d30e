// Each type of message has a field of its own name; what is no text is put into words.
#include "content.hpp"

#include <algorithm>
#include <array>

#include "json_fields.hpp"

namespace openclaw::whatsapp {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 5> kMedia = {"image", "video", "audio", "document",
                                                    "sticker"};
constexpr std::size_t kMaxListed = 50;  // contacts or products of one message

void add_part(std::string& text, const std::string& part, const char* separator = ", ") {
  if (part.empty()) return;
  if (!text.empty()) text += separator;
  text += part;
}

void fill_media(const json& media, Incoming& out) {
  Attachment attachment;
  attachment.media_id = text_of(media, "id");
  attachment.mime = text_of(media, "mime_type");
  attachment.name = text_of(media, "filename");
  const auto size = integer_of(media, "file_size");
  attachment.bytes = size > 0 ? static_cast<std::uint64_t>(size) : 0;
  out.text = text_of(media, "caption");
  if (!attachment.media_id.empty()) out.attachments.push_back(std::move(attachment));
}

std::string number_text(const json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number() ? it->dump() : std::string{};
}

std::string location_text(const json& location) {
  std::string text = text_of(location, "name");
  add_part(text, text_of(location, "address"));
  const std::string latitude = number_text(location, "latitude");
  const std::string longitude = number_text(location, "longitude");
  if (!latitude.empty() && !longitude.empty()) {
    std::string at;
    at.append(latitude).append(", ").append(longitude);
    text = text.empty() ? at : text.append(" (").append(at).append(")");
  }
  add_part(text, text_of(location, "url"), " ");
  return text.empty() ? text : "Location: " + text;
}

std::string contact_text(const json& contact) {
  std::string text = text_of(object_of(contact, "name"), "formatted_name");
  add_part(text, text_of(object_of(contact, "org"), "company"));
  for (const auto* list : {"phones", "emails"}) {
    for (const json& item : array_of(contact, list)) {
      add_part(text, text_of(item, *list == 'p' ? "phone" : "email"));
    }
  }
  return text.empty() ? text : "Contact: " + text;
}

std::string order_text(const json& order) {
  std::string text;
  std::size_t listed = 0;
  for (const json& item : array_of(order, "product_items")) {
    if (!item.is_object() || ++listed > kMaxListed) continue;
    std::string line = number_text(item, "quantity") + " x " + text_of(item, "product_retailer_id");
    const std::string price = number_text(item, "item_price");
    if (!price.empty()) line += " (" + price + " " + text_of(item, "currency") + " each)";
    add_part(text, line);
  }
  if (!text.empty()) text.insert(0, "Order: ");
  add_part(text, text_of(order, "text"), "\n");
  return text;
}

std::string interactive_text(const json& interactive) {
  const json& list = object_of(interactive, "list_reply");
  std::string text = text_of(object_of(interactive, "button_reply"), "title");
  add_part(text, text_of(list, "title"), "\n");
  add_part(text, text_of(list, "description"), "\n");
  // A form that was filled in: its answers as they came.
  add_part(text, text_of(object_of(interactive, "nfm_reply"), "response_json"), "\n");
  return text;
}

}  // namespace

bool fill_content(const json& message, Incoming& out) {
  const std::string type = text_of(message, "type");
  if (type == "text") {
    out.text = text_of(object_of(message, "text"), "body");
  } else if (std::find(kMedia.begin(), kMedia.end(), type) != kMedia.end()) {
    fill_media(object_of(message, type.c_str()), out);
  } else if (type == "interactive") {
    out.text = interactive_text(object_of(message, "interactive"));
  } else if (type == "button") {
    out.text = text_of(object_of(message, "button"), "text");
  } else if (type == "location") {
    out.text = location_text(object_of(message, "location"));
  } else if (type == "order") {
    out.text = order_text(object_of(message, "order"));
  } else if (type == "contacts") {
    std::size_t listed = 0;
    for (const json& contact : array_of(message, "contacts")) {
      if (++listed <= kMaxListed) add_part(out.text, contact_text(contact), "\n");
    }
  }
  return !out.text.empty() || !out.attachments.empty();
}

}  // namespace openclaw::whatsapp
