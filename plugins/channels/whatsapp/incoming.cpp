// Several numbers may share a token and a webhook: which one was written to is kept in extra_json,
// which comes back with the reply.
#include "incoming.hpp"

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::whatsapp {

namespace {
using nlohmann::json;
constexpr const char* kNumberKey = "phone_number_id";
}  // namespace

IncomingView::IncomingView(const Incoming& incoming) {
  if (!incoming.phone_number_id.empty()) {
    extra_ = sdk::to_text(json{{kNumberKey, incoming.phone_number_id}});
  }
  for (const Attachment& a : incoming.attachments) {
    attachments_.push_back({sizeof(oc_attachment), 0, sdk::str(a.mime), sdk::str(a.name),
                            sdk::str(a.media_id), a.bytes});
  }
  message_.size = sizeof message_;
  message_.flags = incoming.flags;
  message_.ts_ms = incoming.ts_ms;
  message_.event_id = sdk::str(incoming.wamid);
  message_.chat_id = sdk::str(incoming.chat_id);
  message_.sender_id = sdk::str(incoming.sender_id);
  message_.sender_name = sdk::str(incoming.sender_name);
  message_.message_id = sdk::str(incoming.wamid);
  message_.reply_to = sdk::str(incoming.reply_to);
  message_.text = sdk::str(incoming.text);
  message_.extra_json = sdk::str(extra_);
  message_.attachments = attachments_.data();
  message_.n_attachments = static_cast<std::uint32_t>(attachments_.size());
  message_.attachment_stride = sizeof(oc_attachment);
}

std::string number_in(std::string_view extra_json) {
  if (extra_json.empty()) return {};
  return sdk::string_at(json::parse(extra_json, nullptr, false), kNumberKey);
}

}  // namespace openclaw::whatsapp
