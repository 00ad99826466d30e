// Encodes and decodes frames; nothing here keeps state.
#include "protocol.hpp"

#include <algorithm>

#include "file_index.hpp"
#include "openclaw/cpp/json.hpp"

namespace openclaw::webchat {
namespace {

using nlohmann::json;

bool made_of(std::string_view s, std::string_view extra, bool upper) {
  return std::all_of(s.begin(), s.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (upper && c >= 'A' && c <= 'Z') ||
           extra.find(c) != std::string_view::npos;
  });
}

bool valid_id(std::string_view id) {
  return id.size() >= 8 && id.size() <= 64 && made_of(id, "-", true);
}

ClientFrame parse_hello(const json& frame) {
  const auto version = frame.find("protocol");
  if (version == frame.end() || *version != 1) {
    return Invalid{"unsupported_protocol", "this gateway speaks protocol 1", {}, kClosePolicy};
  }
  Hello hello;
  hello.token = sdk::string_at(frame, "token");
  if (frame.contains("conversation")) hello.conversation = sdk::string_at(frame, "conversation");
  if (!valid_conversation(hello.conversation)) {
    return Invalid{
        "invalid_hello", "conversation must match [a-z0-9][a-z0-9-]{0,31}", {}, kClosePolicy};
  }
  hello.epoch = sdk::string_at(frame, "epoch");
  hello.after = sdk::count_at(frame, "after");
  hello.html = sdk::member_at(frame, "html") == true;
  return hello;
}

ClientFrame parse_say(const json& frame) {
  Say say{sdk::string_at(frame, "id"), sdk::string_at(frame, "text")};
  if (!valid_id(say.id)) {
    return Invalid{"invalid_id", "id must be 8 to 64 letters, digits or '-'", {}, 0};
  }
  if (say.text.size() > kMaxText) {
    return Invalid{"too_long", "a message may have at most 32 KiB", say.id, 0};
  }
  const json& files = sdk::array_at(frame, "files");
  if (files.size() > kMaxMessageFiles) {
    return Invalid{"too_many_files", "a message may have at most 10 files", say.id, 0};
  }
  for (const json& file : files) {
    say.files.push_back(file.is_string() ? file.get<std::string>() : std::string());
    if (!valid_file_id(say.files.back())) {
      return Invalid{"file_gone", "there is no such file", say.id, 0};
    }
  }
  if (say.files.empty() && std::all_of(say.text.begin(), say.text.end(), [](char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
      })) {
    return Invalid{"empty", "the message has no text and no file", say.id, 0};
  }
  return say;
}

ClientFrame parse_announce(const json& frame) {
  Announce file{sdk::string_at(frame, "id"), sdk::string_at(frame, "name"),
                sdk::string_at(frame, "mime"), sdk::count_at(frame, "bytes")};
  if (!valid_id(file.id)) {
    return Invalid{"invalid_id", "id must be 8 to 64 letters, digits or '-'", {}, 0};
  }
  return file;
}

/// Each value stands at the start or after one of these marks; a key costs as much. Counted in the
/// text, because a tree of 100,000 empty objects takes far longer to build than to send, and the
/// loop serves everybody.
bool few_values(std::string_view text) {
  std::size_t values = 1;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size() && values <= kMaxValues; ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ',' || c == ':' || c == '[' || c == '{')) {
      ++values;
    }
  }
  return values <= kMaxValues;
}

ClientFrame parse_any(std::string_view text) {
  const json frame = json::parse(text, nullptr, false);
  if (!frame.is_object()) {
    return Invalid{"invalid_json", "a frame must be one JSON object", {}, kClosePolicy};
  }
  const std::string type = sdk::string_at(frame, "type");
  if (type == "hello") return parse_hello(frame);
  if (type == "message") return parse_say(frame);
  if (type == "stop") return StopTurn{};
  if (type == "ping") return Ping{};
  if (type == "file") return parse_announce(frame);
  if (type == "get_file") {
    return GetFile{sdk::string_at(frame, "file"), sdk::count_at(frame, "part")};
  }
  if (type == "drop_file") return DropFile{sdk::string_at(frame, "file")};
  return Invalid{"unknown_type",
                 "type must be hello, message, stop, ping, file, get_file or drop_file",
                 {},
                 0};
}

json to_json(const ChatMessage& m) {
  json out = {{"id", m.id}, {"role", m.role}, {"text", m.text}, {"ts", m.ts}};
  if (!m.turn.empty()) out["turn"] = m.turn;
  if (!m.html.empty()) out["html"] = m.html;
  for (const auto& f : m.files) {
    json file = {{"name", f.name}, {"mime", f.mime}, {"bytes", f.bytes}};
    if (!f.file.empty()) file["file"] = f.file;
    out["files"].push_back(std::move(file));
  }
  return out;
}

json to_json(const std::vector<ChatMessage>& messages) {
  json out = json::array();
  for (const auto& m : messages) out.push_back(to_json(m));
  return out;
}

/// The transcript's text ends with a line for each attachment, for models; a page shows the files
/// themselves.
void read_files(ChatMessage& m, const json& meta, std::string_view instance) {
  const bool ours = sdk::string_at(meta, "instance") == instance;
  std::string lines;
  for (const json& a : sdk::array_at(meta, "attachments")) {
    MessageFile file{ours ? sdk::string_at(a, "ref") : std::string(), sdk::string_at(a, "name"),
                     sdk::string_at(a, "mime"), sdk::count_at(a, "bytes")};
    lines += (lines.empty() ? "[" : "\n[") + (file.mime.empty() ? "file" : file.mime) +
             (file.name.empty() ? "" : ": " + file.name) + "]";
    m.files.push_back(std::move(file));
  }
  if (m.files.empty()) return;
  if (m.text == lines) m.text.clear();
  if (m.text.ends_with("\n" + lines)) m.text.resize(m.text.size() - lines.size() - 1);
}

}  // namespace

bool valid_conversation(std::string_view name) {
  return !name.empty() && name.size() <= 32 && name.front() != '-' && made_of(name, "-", false);
}

ClientFrame parse_frame(std::string_view text, bool greeted) {
  if (text.size() > kMaxFrame) {
    return Invalid{"too_large", "a frame may have at most 256 KiB", {}, kCloseTooBig};
  }
  if (!greeted && text.size() > kMaxHello) {
    return Invalid{"too_large", "a hello may have at most 4 KiB", {}, kCloseTooBig};
  }
  if (!few_values(text)) {
    return Invalid{"too_large", "a frame may have at most 256 values", {}, kCloseTooBig};
  }
  ClientFrame frame = parse_any(text);
  if (greeted || std::holds_alternative<Hello>(frame)) return frame;
  const auto* invalid = std::get_if<Invalid>(&frame);
  if (invalid != nullptr && invalid->close != 0) return frame;
  return Invalid{"hello_required", "the first frame must be hello", {}, kClosePolicy};
}

std::string welcome_frame(const Welcome& w) {
  json frame = {{"type", "welcome"},
                {"protocol", 1},
                {"chat", w.chat},
                {"conversation", w.conversation},
                {"epoch", w.epoch},
                {"seq", w.seq},
                {"replay", w.replay},
                {"access", w.access},
                {"pending", to_json(w.pending)},
                {"live", nullptr},
                {"typing", w.typing},
                {"limits",
                 {{"text", kMaxText},
                  {"file", w.file_bytes},
                  {"files", kMaxMessageFiles},
                  {"piece", kPartBytes}}}};
  if (w.live && w.live->html) {
    frame["live"] = {{"turn", w.live->turn}, {"html", *w.live->html}};
  } else if (w.live) {
    frame["live"] = {{"turn", w.live->turn}, {"text", w.live->text}};
  }
  if (!w.replay) {
    frame["history"] = to_json(w.history);
    frame["historyComplete"] = w.history_complete;
  }
  return sdk::to_text(frame);
}

std::string ack_frame(std::string_view id, std::string_view outcome) {
  return sdk::to_text({{"type", "ack"}, {"id", id}, {"outcome", outcome}});
}

std::string message_frame(const ChatMessage& message) {
  json frame = to_json(message);
  frame["type"] = "message";
  frame["seq"] = message.seq;
  return sdk::to_text(frame);
}

std::string partial_frame(std::uint64_t seq, std::string_view turn, std::string_view kind,
                          std::string_view text) {
  json frame = {{"type", "partial"}, {"seq", seq}, {"turn", turn}, {"kind", kind}};
  if (!text.empty()) frame["text"] = text;
  return sdk::to_text(frame);
}

std::string live_frame(std::uint64_t seq, std::string_view turn, std::size_t keep,
                       std::string_view html) {
  return sdk::to_text({{"type", "partial"},
                       {"seq", seq},
                       {"turn", turn},
                       {"kind", "html"},
                       {"keep", keep},
                       {"html", html}});
}

std::string typing_frame(std::uint64_t seq, bool on) {
  return sdk::to_text({{"type", "typing"}, {"seq", seq}, {"on", on}});
}

std::string stopped_frame(std::uint64_t count) {
  return sdk::to_text({{"type", "stopped"}, {"count", count}});
}

std::string pong_frame() {
  return sdk::to_text({{"type", "pong"}});
}

std::string upload_frame(std::string_view id, std::string_view file, std::uint64_t received,
                         bool done) {
  return sdk::to_text(
      {{"type", "upload"}, {"id", id}, {"file", file}, {"received", received}, {"done", done}});
}

std::string file_frame(std::string_view file, std::uint64_t part, std::uint64_t parts,
                       std::uint64_t bytes) {
  return sdk::to_text(
      {{"type", "file"}, {"file", file}, {"part", part}, {"parts", parts}, {"bytes", bytes}});
}

std::string error_frame(std::string_view code, std::string_view message, std::string_view id,
                        std::uint64_t retry_after_ms) {
  json frame = {{"type", "error"}, {"code", code}, {"message", message}};
  if (!id.empty()) frame["id"] = id;
  if (retry_after_ms != 0) frame["retryAfterMs"] = retry_after_ms;
  return sdk::to_text(frame);
}

std::string file_error_frame(std::string_view code, std::string_view message, std::string_view file,
                             std::uint64_t retry_after_ms) {
  json frame = {{"type", "error"}, {"code", code}, {"message", message}, {"file", file}};
  if (retry_after_ms != 0) frame["retryAfterMs"] = retry_after_ms;
  return sdk::to_text(frame);
}

std::vector<ChatMessage> parse_history(std::string_view text, std::string_view instance) {
  std::vector<ChatMessage> out;
  const json entries = json::parse(text, nullptr, false);
  if (!entries.is_array()) return out;
  for (const auto& entry : entries) {
    if (!entry.is_object()) continue;
    ChatMessage m;
    const json& id = sdk::member_at(entry, "id");
    if (id.is_number_unsigned()) m.id = "h" + std::to_string(id.get<std::uint64_t>());
    m.role = sdk::string_at(entry, "role");
    m.text = sdk::string_at(entry, "text");
    m.ts = sdk::integer_at(entry, "ts");
    read_files(m, sdk::member_at(entry, "meta"), instance);
    if (m.role == "user" || m.role == "assistant" || m.role == "system") {
      out.push_back(std::move(m));
    }
  }
  return out;
}

std::string parse_outcome(std::string_view text) {
  return sdk::string_at(json::parse(text, nullptr, false), "outcome");
}

std::uint64_t parse_stopped(std::string_view text) {
  return sdk::count_at(json::parse(text, nullptr, false), "stopped");
}

}  // namespace openclaw::webchat
