#include "event.hpp"

#include <algorithm>
#include <iterator>

#include "file_index.hpp"
#include "openclaw/cpp/json.hpp"

namespace openclaw::webchat {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxWord = 256;  ///< ids, keys and turns
constexpr const char* kKinds[] = {"message", "answer", "begin",  "text",
                                  "reset",   "end",    "typing", "lost"};

/// As identity.hpp makes senders and origins.
bool is_hex(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool read_sent_files(const json& list, std::vector<MessageFile>& files) {
  if (list.size() > kMaxMessageFiles) return false;
  for (const json& one : list) {
    MessageFile file{sdk::string_at(one, "file"), sdk::string_at(one, "name"),
                     sdk::string_at(one, "mime"), sdk::count_at(one, "bytes")};
    if (!valid_file_id(file.file) || file.name.size() > kMaxName || file.mime.size() > kMaxName) {
      return false;
    }
    files.push_back(std::move(file));
  }
  return true;
}

}  // namespace

std::string encode(const Event& event) {
  json out = {{"kind", kKinds[static_cast<std::size_t>(event.kind)]},
              {"origin", event.origin},
              {"n", event.n},
              {"sender", event.sender},
              {"conversation", event.conversation}};
  const auto put = [&out](const char* key, const std::string& value) {
    if (!value.empty()) out[key] = value;
  };
  put("access", event.access);
  put("id", event.id);
  put("turn", event.turn);
  put("text", event.text);
  if (event.at != 0) out["at"] = event.at;
  if (event.ts != 0) out["ts"] = event.ts;
  if (event.on) out["on"] = true;
  for (const MessageFile& f : event.files) {
    out["files"].push_back(
        {{"file", f.file}, {"name", f.name}, {"mime", f.mime}, {"bytes", f.bytes}});
  }
  return sdk::to_text(out);
}

std::optional<Event> decode_event(std::string_view text) {
  if (text.size() > kMaxEvent) return std::nullopt;
  const json told = sdk::parse_bounded(text);
  if (!told.is_object()) return std::nullopt;
  const auto* const kind =
      std::find(std::begin(kKinds), std::end(kKinds), sdk::string_at(told, "kind"));
  if (kind == std::end(kKinds)) return std::nullopt;
  Event event;
  event.kind = static_cast<Event::Kind>(kind - std::begin(kKinds));
  event.origin = sdk::string_at(told, "origin");
  event.n = sdk::count_at(told, "n");
  event.sender = sdk::string_at(told, "sender");
  event.conversation = sdk::string_at(told, "conversation");
  event.access = sdk::string_at(told, "access");
  event.id = sdk::string_at(told, "id");
  event.turn = sdk::string_at(told, "turn");
  event.text = sdk::string_at(told, "text");
  event.at = sdk::count_at(told, "at");
  event.ts = sdk::integer_at(told, "ts");
  event.on = sdk::flag_at(told, "on");
  const bool right = is_hex(event.origin) && event.n != 0 && is_hex(event.sender) &&
                     valid_conversation(event.conversation) && event.id.size() <= kMaxWord &&
                     event.turn.size() <= kMaxWord &&
                     read_sent_files(sdk::array_at(told, "files"), event.files);
  if (!right || (event.kind == Event::Kind::message && event.id.empty())) return std::nullopt;
  return event;
}

}  // namespace openclaw::webchat
