// Feeds the frames' parser with whatever libFuzzer finds: nothing may crash, and what is let
// through keeps the limits. What was said goes through a conversation and comes back as it was.
#include <cstdlib>

#include "chat.hpp"
#include "event.hpp"
#include "file_index.hpp"
#include "openclaw/cpp/json.hpp"
#include "protocol.hpp"

namespace {

using namespace openclaw::webchat;

void check(const Hello& hello) {
  if (hello.conversation.empty() || hello.conversation.size() > 32) std::abort();
}

void check(const Say& say) {
  if (say.id.size() < 8 || say.id.size() > 64 || say.text.size() > kMaxText ||
      (say.text.empty() && say.files.empty()) || say.files.size() > kMaxMessageFiles) {
    std::abort();
  }
  for (const auto& file : say.files) {
    if (!valid_file_id(file)) std::abort();
  }
  Chat chat("sender", "main", "epoch");
  const auto message = chat.user_message(say, Access::kAllowed, 1);
  if (!message) std::abort();
  const auto shown = openclaw::sdk::parse_bounded(message_frame(*message));
  if (openclaw::sdk::string_at(shown, "id") != say.id) std::abort();
  if (openclaw::sdk::string_at(shown, "text") != say.text) std::abort();
  if (chat.user_message(say, Access::kAllowed, 2)) std::abort();
}

void check(const Announce& file) {
  if (file.id.size() < 8 || file.id.size() > 64) std::abort();
  if (file_name(file.name).empty() || file_name(file.name).size() > kMaxName) std::abort();
  if (media_type(file.mime).find('/') == std::string::npos) std::abort();
}

void check(const Invalid& invalid) {
  if (invalid.code.empty() || invalid.message.empty()) std::abort();
}

void check(const StopTurn&) {}
void check(const Ping&) {}
void check(const GetFile&) {}
void check(const DropFile&) {}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool greeted : {false, true}) {
    std::visit([](const auto& frame) { check(frame); }, parse_frame(text, greeted));
  }
  for (const ChatMessage& message : parse_history(text)) {
    const auto shown = openclaw::sdk::parse_bounded(message_frame(message));
    if (openclaw::sdk::string_at(shown, "text") != message.text) std::abort();
  }
  FileIndex index;
  if (index.decode(text)) static_cast<void>(index.encode());
  if (const auto event = decode_event(text)) {
    if (event->files.size() > kMaxMessageFiles || !decode_event(encode(*event))) std::abort();
  }
  static_cast<void>(parse_outcome(text));
  static_cast<void>(parse_stopped(text));
  return 0;
}
