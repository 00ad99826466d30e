// First stage: is this a message at all, and is it within bounds?
#include "core/pipeline/access/ingress.hpp"

#include <algorithm>

#include "core/render/chunk.hpp"

namespace openclaw::pipeline {

namespace {

bool is_dropped_control(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u < 0x20 && c != '\n' && c != '\t') || u == 0x7f;
}

bool is_control(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u < 0x20 || u == 0x7f;
}

bool has_control(std::string_view id) {
  return std::any_of(id.begin(), id.end(), is_control);
}

}  // namespace

Result<void> admit(Inbound& m, const IngressLimits& limits) {
  if (m.from.chat_id.empty()) return Error{Errc::invalid, "a message without a chat id"};
  if (m.from.sender_id.empty()) return Error{Errc::invalid, "a message without a sender id"};
  for (const auto* id : {&m.from.chat_id, &m.from.thread_id, &m.from.sender_id, &m.message_id,
                         &m.event_id, &m.reply_to}) {
    if (id->size() > limits.id_bytes) return Error{Errc::too_large, "an id is too long"};
    if (has_control(*id)) return Error{Errc::invalid, "an id holds a control character"};
  }
  if (m.text.size() > limits.text_bytes) {
    return Error{Errc::too_large,
                 "a message's text is over " + std::to_string(limits.text_bytes) + " bytes"};
  }
  if (m.extra_json.size() > limits.extra_bytes) {
    return Error{Errc::too_large, "a message's extra data is too large"};
  }
  if (m.attachments.size() > limits.attachments) {
    return Error{Errc::too_large, "a message has too many attachments"};
  }
  for (Attachment& a : m.attachments) {
    if (a.ref.size() > limits.ref_bytes || a.mime.size() > limits.id_bytes) {
      return Error{Errc::too_large, "an attachment's reference or type is too long"};
    }
    // They become lines of what the model reads.
    a.name = render::valid_utf8(a.name.substr(0, limits.id_bytes));
    a.mime = render::valid_utf8(a.mime);
    std::erase_if(a.name, is_control);
    std::erase_if(a.mime, is_control);
  }
  m.text = render::valid_utf8(m.text);
  m.sender_name = render::valid_utf8(m.sender_name.substr(0, limits.id_bytes));
  std::erase_if(m.text, is_dropped_control);
  std::erase_if(m.sender_name, is_dropped_control);
  if (m.text.find_first_not_of(" \n\t") == std::string::npos && m.attachments.empty()) {
    return Error{Errc::invalid, "a message without text or attachment"};
  }
  return {};
}

}  // namespace openclaw::pipeline
