// Each type of message has a field of its own name; what is no text is put into words.
#include "content.hpp"

#include <algorithm>
#include <array>

#include "meta_integer.hpp"
#include "openclaw/cpp/json.hpp"

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
  attachment.media_id = sdk::string_at(media, "id");
  attachment.mime = sdk::string_at(media, "mime_type");
  attachment.name = sdk::string_at(media, "filename");
  const auto size = integer_of(media, "file_size");
  attachment.bytes = size > 0 ? static_cast<std::uint64_t>(size) : 0;
  out.text = sdk::string_at(media, "caption");
  if (!attachment.media_id.empty()) out.attachments.push_back(std::move(attachment));
}

std::string number_text(const json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number() ? it->dump() : std::string{};
}

std::string location_text(const json& location) {
  std::string text = sdk::string_at(location, "name");
  add_part(text, sdk::string_at(location, "address"));
  const std::string latitude = number_text(location, "latitude");
  const std::string longitude = number_text(location, "longitude");
  if (!latitude.empty() && !longitude.empty()) {
    std::string at;
    at.append(latitude).append(", ").append(longitude);
    text = text.empty() ? at : text.append(" (").append(at).append(")");
  }
  add_part(text, sdk::string_at(location, "url"), " ");
  return text.empty() ? text : "Location: " + text;
}

std::string contact_text(const json& contact) {
  std::string text = sdk::string_at(sdk::object_at(contact, "name"), "formatted_name");
  add_part(text, sdk::string_at(sdk::object_at(contact, "org"), "company"));
  for (const auto* list : {"phones", "emails"}) {
    for (const json& item : sdk::array_at(contact, list)) {
      add_part(text, sdk::string_at(item, *list == 'p' ? "phone" : "email"));
    }
  }
  return text.empty() ? text : "Contact: " + text;
}

std::string order_text(const json& order) {
  std::string text;
  std::size_t listed = 0;
  for (const json& item : sdk::array_at(order, "product_items")) {
    if (!item.is_object() || ++listed > kMaxListed) continue;
    std::string line =
        number_text(item, "quantity") + " x " + sdk::string_at(item, "product_retailer_id");
    const std::string price = number_text(item, "item_price");
    if (!price.empty()) line += " (" + price + " " + sdk::string_at(item, "currency") + " each)";
    add_part(text, line);
  }
  if (!text.empty()) text.insert(0, "Order: ");
  add_part(text, sdk::string_at(order, "text"), "\n");
  return text;
}

std::string interactive_text(const json& interactive) {
  const json& list = sdk::object_at(interactive, "list_reply");
  std::string text = sdk::string_at(sdk::object_at(interactive, "button_reply"), "title");
  add_part(text, sdk::string_at(list, "title"), "\n");
  add_part(text, sdk::string_at(list, "description"), "\n");
  // A form that was filled in: its answers as they came.
  add_part(text, sdk::string_at(sdk::object_at(interactive, "nfm_reply"), "response_json"), "\n");
  return text;
}

}  // namespace

bool fill_content(const json& message, Incoming& out) {
  const std::string type = sdk::string_at(message, "type");
  if (type == "text") {
    out.text = sdk::string_at(sdk::object_at(message, "text"), "body");
  } else if (std::find(kMedia.begin(), kMedia.end(), type) != kMedia.end()) {
    fill_media(sdk::object_at(message, type.c_str()), out);
  } else if (type == "interactive") {
    out.text = interactive_text(sdk::object_at(message, "interactive"));
  } else if (type == "button") {
    out.text = sdk::string_at(sdk::object_at(message, "button"), "text");
  } else if (type == "location") {
    out.text = location_text(sdk::object_at(message, "location"));
  } else if (type == "order") {
    out.text = order_text(sdk::object_at(message, "order"));
  } else if (type == "contacts") {
    std::size_t listed = 0;
    for (const json& contact : sdk::array_at(message, "contacts")) {
      if (++listed <= kMaxListed) add_part(out.text, contact_text(contact), "\n");
    }
  }
  return !out.text.empty() || !out.attachments.empty();
}

}  // namespace openclaw::whatsapp
