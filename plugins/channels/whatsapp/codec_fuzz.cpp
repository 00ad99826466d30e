// Feeds the decoders with whatever libFuzzer finds: nothing may crash, and ids stay what they were.
#include <cstdlib>
#include <string_view>

#include "answer.hpp"
#include "media.hpp"
#include "payload.hpp"
#include "requests.hpp"
#include "send_error.hpp"
#include "signature.hpp"
#include "verification.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openclaw::whatsapp;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto payload = decode_payload(body)) {
    for (const Incoming& incoming : payload->messages) {
      const IncomingView view(incoming);
      const oc_message& message = view.message();
      if (message.sender_id.len == 0 || message.chat_id.len == 0 || message.event_id.len == 0) {
        std::abort();
      }
      if (message.text.len == 0 && message.n_attachments == 0) std::abort();
      if (number_in({message.extra_json.ptr, message.extra_json.len}) != incoming.phone_number_id) {
        std::abort();
      }
    }
  }
  static_cast<void>(number_in(body));
  static_cast<void>(decode_message_id(std::string(body)));
  if (const auto place = decode_media(std::string(body))) {
    static_cast<void>(download_of(*place, "https://graph.facebook.com"));
  }
  static_cast<void>(decode_number_id(std::string(body)));
  static_cast<void>(text_body(body, body, body));
  if (const auto question = read_verification(body); question && question->challenge.empty()) {
    std::abort();
  }
  if (signature_matches(body, Digest{}) && size != 71) std::abort();
  const Answer answer = read_answer(std::nullopt, 400, std::string(body));
  if (read_send_error(*answer.error, "").failure.message.empty()) std::abort();
  return 0;
}
