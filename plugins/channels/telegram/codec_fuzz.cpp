// Feeds the decoders with whatever libFuzzer finds: nothing may crash, and ids stay what they were.
#include <cstdlib>
#include <string_view>

#include "answer.hpp"
#include "codec.hpp"
#include "file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openclaw::telegram;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const Bot bot{42, "my_bot"};
  if (const auto update = decode_update(body, bot); update && update->message) {
    const IncomingView view(*update->message);
    const oc_message& message = view.message();
    if (update->id <= 0 || message.sender_id.len == 0 || message.chat_id.len == 0) std::abort();
    if (message.text.len == 0 && message.n_attachments == 0) std::abort();
  }
  if (const auto updates = decode_updates(body, bot)) {
    for (std::size_t i = 1; i < updates->size(); ++i) {
      if ((*updates)[i - 1].id > (*updates)[i].id) std::abort();
    }
  }
  static_cast<void>(decode_file(std::string(body)));
  if (const auto path = file_path(std::string(body))) {
    if (path->find_first_of("?#$:\\ ") != std::string::npos) std::abort();
    if (("/" + *path + "/").find("/../") != std::string::npos) std::abort();
  }
  static_cast<void>(decode_bot(body));
  static_cast<void>(decode_message_id(std::string(body)));
  static_cast<void>(read_answer(std::nullopt, 429, std::string(body)));
  return 0;
}
