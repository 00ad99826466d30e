// A person's message on its way to the gateway.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "openclaw/message.h"

namespace openclaw::whatsapp {

struct Attachment {
  std::string mime, name;
  std::string media_id;  ///< GET /{media_id} gives the address of the bytes
  std::uint64_t bytes = 0;
};

struct Incoming {
  std::uint32_t flags = 0;  ///< OC_MSG_*
  std::int64_t ts_ms = 0;
  std::string wamid;  ///< of the message; the same in each redelivery
  std::string chat_id, sender_id, sender_name, reply_to, text;
  std::string phone_number_id;  ///< ours that was written to, and that answers
  std::vector<Attachment> attachments;
};

/// An Incoming as the ABI's struct, borrowed from it.
class IncomingView {
 public:
  explicit IncomingView(const Incoming& incoming);
  [[nodiscard]] const oc_message& message() const { return message_; }

 private:
  std::string extra_;
  std::vector<oc_attachment> attachments_;
  oc_message message_{};
};

/// The number that a reply's extra_json says to answer from; empty: it says nothing.
std::string number_in(std::string_view extra_json);

}  // namespace openclaw::whatsapp
