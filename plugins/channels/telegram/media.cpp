// Each kind of media has a field of its own; only some of them state a MIME type.
#include "media.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"

namespace openclaw::telegram {

namespace {

using nlohmann::json;

struct Kind {
  const char* field;
  const char* mime;  ///< where Telegram states none
};

// animation stands before document: Telegram gives both for the same file.
constexpr Kind kKinds[] = {{"animation", "video/mp4"}, {"document", "application/octet-stream"},
                           {"audio", "audio/mpeg"},    {"voice", "audio/ogg"},
                           {"video", "video/mp4"},     {"video_note", "video/mp4"},
                           {"sticker", "image/webp"}};

Attachment attachment_of(const json& file, const char* mime) {
  Attachment attachment;
  attachment.file_id = sdk::string_at(file, "file_id");
  attachment.mime = sdk::string_at(file, "mime_type");
  if (attachment.mime.empty()) attachment.mime = mime;
  attachment.name = sdk::string_at(file, "file_name");
  const auto size = sdk::integer_at(file, "file_size");
  attachment.bytes = size > 0 ? static_cast<std::uint64_t>(size) : 0;
  return attachment;
}

const char* sticker_mime(const json& sticker) {
  if (sdk::flag_at(sticker, "is_animated")) return "application/x-tgsticker";
  return sdk::flag_at(sticker, "is_video") ? "video/webm" : "image/webp";
}

/// The largest of a photo's sizes.
const json* largest(const json& sizes) {
  const json* best = nullptr;
  for (const json& size : sizes) {
    if (!size.is_object()) continue;
    if (best == nullptr || sdk::integer_at(size, "width") > sdk::integer_at(*best, "width"))
      best = &size;
  }
  return best;
}

}  // namespace

std::vector<Attachment> attachments_of(const json& message) {
  std::vector<Attachment> found;
  const auto add = [&found](const json& file, const char* mime) {
    Attachment attachment = attachment_of(file, mime);
    if (!attachment.file_id.empty()) found.push_back(std::move(attachment));
  };
  if (const json* sizes = sdk::find_array(message, "photo")) {
    if (const json* photo = largest(*sizes)) add(*photo, "image/jpeg");
  }
  for (const Kind& kind : kKinds) {
    const json* file = sdk::find_object(message, kind.field);
    if (file == nullptr) continue;
    add(*file, std::string_view(kind.field) == "sticker" ? sticker_mime(*file) : kind.mime);
    break;
  }
  return found;
}

}  // namespace openclaw::telegram
