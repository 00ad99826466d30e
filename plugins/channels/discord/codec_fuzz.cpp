// Feeds the inflater and the decoders with whatever libFuzzer finds: nothing may crash.
#include <cstdlib>
#include <string_view>

#include "answer.hpp"
#include "codec.hpp"
#include "inflater.hpp"
#include "interaction.hpp"
#include "payload.hpp"
#include "places.hpp"
#include "session.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openclaw::discord;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  Inflater inflater;
  // In two pieces, split where the input says.
  const std::size_t cut = size == 0 ? 0 : data[0] % size;
  static_cast<void>(inflater.push(body.substr(0, cut)));
  static_cast<void>(inflater.push(body.substr(cut)));
  if (inflater.text().size() > Inflater::kMaxMessage) std::abort();
  if (const auto payload = decode_payload(body)) {
    Places places;
    places.learn(payload->event, payload->data);
    Session session("channels.discord.", 1);
    session.start({"abc", "wss://a", "42", 1}, {}, 1);
    for (int i = 0; i < 3; ++i) {
      for (const Action& action : session.received(*payload, 1)) {
        if (action.text.size() > kMaxClientEvent) std::abort();
      }
    }
    if (auto message = decode_message(payload->data, "42")) {
      place(*message, "1");
      const IncomingView view(*message);
      if (view.message().sender_id.len == 0 || view.message().chat_id.len == 0) std::abort();
      if (view.message().text.len == 0 && view.message().n_attachments == 0) std::abort();
    }
  }
  const Interacted interacted = decode_interaction(body, "");
  if (interacted.kind == Interacted::Kind::ask && interacted.message.text.empty()) std::abort();
  static_cast<void>(decode_message_id(std::string(body)));
  static_cast<void>(read_answer(std::nullopt, 429, {}, std::string(body)));
  return 0;
}
