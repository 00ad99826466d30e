// The JSON text frames between page and gateway, as docs/channels/webchat.md describes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace openclaw::webchat {

constexpr std::size_t kMaxText = std::size_t{32} * 1024;    ///< bytes of UTF-8 in one message
constexpr std::size_t kMaxFrame = std::size_t{256} * 1024;  ///< JSON may escape a byte as six
constexpr std::size_t kMaxHello = std::size_t{4} * 1024;    ///< a frame before the welcome
constexpr std::size_t kMaxValues = 256;                     ///< JSON values in one frame

// WebSocket close codes (RFC 6455, 7.4.1; IANA registry).
constexpr std::uint32_t kCloseGoingAway = 1001;
constexpr std::uint32_t kCloseUnsupported = 1003;
constexpr std::uint32_t kClosePolicy = 1008;
constexpr std::uint32_t kCloseTooBig = 1009;
constexpr std::uint32_t kCloseRestart = 1012;
constexpr std::uint32_t kCloseTryLater = 1013;

struct Hello {
  std::string token;
  std::string conversation = "main";
  std::string epoch;        ///< of the chat that `after` counts in
  std::uint64_t after = 0;  ///< the last seq the page has seen
  bool html = false;        ///< it wants answers as HTML too
};
struct Say {
  std::string id, text;
  std::vector<std::string> files{};  ///< uploaded before
};
/// A file follows, in binary frames.
struct Announce {
  std::string id, name, mime;  ///< `id` is the page's
  std::uint64_t bytes = 0;
};
struct GetFile {
  std::string file;
  std::uint64_t part = 0;
};
struct DropFile {
  std::string file;
};
struct StopTurn {};
struct Ping {};
struct Invalid {
  std::string code, message;
  std::string id;           ///< the message it is about, when known
  std::uint32_t close = 0;  ///< close the connection with this code; 0 = carry on
};
using ClientFrame = std::variant<Hello, Say, StopTurn, Ping, Announce, GetFile, DropFile, Invalid>;

/// As ids are elsewhere in the gateway: it becomes part of the session key.
bool valid_conversation(std::string_view name);

/// Until a connection has `greeted`, whatever is no hello closes it.
ClientFrame parse_frame(std::string_view json, bool greeted = true);

/// What came with a message.
struct MessageFile {
  std::string file;  ///< empty: it cannot be fetched here
  std::string name, mime;
  std::uint64_t bytes = 0;  ///< 0 = unknown
};

/// One line of the conversation, as the page shows it.
struct ChatMessage {
  std::string id;
  std::string turn;  ///< ties an answer to its partials; may be empty
  std::string role;  ///< "user" | "assistant" | "system"
  std::string text;
  std::int64_t ts = 0;    ///< Unix milliseconds
  std::uint64_t seq = 0;  ///< 0 = from the transcript
  std::vector<MessageFile> files{};
  std::string html{};  ///< what `text` says as HTML, for pages that asked for it
};

struct LiveTurn {
  std::string turn, text;
  std::optional<std::string> html{};  ///< in place of the text
};

struct Welcome {
  std::string chat, conversation, epoch;
  std::uint64_t seq = 0;
  bool replay = false;           ///< true: keep what is shown, missed events follow
  std::string access;            ///< "unknown" | "allowed" | "refused"
  bool history_complete = true;  ///< false: the store could not be read
  std::vector<ChatMessage> history;
  std::vector<ChatMessage> pending;  ///< accepted, not in the transcript yet
  std::optional<LiveTurn> live;
  bool typing = false;
  std::uint64_t file_bytes = 0;  ///< the largest file that may be uploaded
};

std::string welcome_frame(const Welcome& welcome);
std::string ack_frame(std::string_view id, std::string_view outcome);
std::string message_frame(const ChatMessage& message);
/// kind: "begin" | "text" | "reset" | "set" | "end"
std::string partial_frame(std::uint64_t seq, std::string_view turn, std::string_view kind,
                          std::string_view text);
/// The answer's HTML behind its first `keep` UTF-16 units.
std::string live_frame(std::uint64_t seq, std::string_view turn, std::size_t keep,
                       std::string_view html);
std::string typing_frame(std::uint64_t seq, bool on);
std::string stopped_frame(std::uint64_t count);
std::string pong_frame();
/// How much of a file is stored; the next piece may come, or it is `done`.
std::string upload_frame(std::string_view id, std::string_view file, std::uint64_t received,
                         bool done);
/// Says what the binary frame after it holds.
std::string file_frame(std::string_view file, std::uint64_t part, std::uint64_t parts,
                       std::uint64_t bytes);
std::string error_frame(std::string_view code, std::string_view message, std::string_view id = {},
                        std::uint64_t retry_after_ms = 0);
/// About a file that was asked for.
std::string file_error_frame(std::string_view code, std::string_view message, std::string_view file,
                             std::uint64_t retry_after_ms = 0);

/// The host's answer to history(); entries of an unknown shape are left out. Files that came over
/// another instance than `instance` cannot be fetched here, and are named only.
std::vector<ChatMessage> parse_history(std::string_view json,
                                       std::string_view instance = "webchat");
/// "accepted" | "duplicate" | "refused"; empty when the host's answer has none.
std::string parse_outcome(std::string_view json);
std::uint64_t parse_stopped(std::string_view json);

}  // namespace openclaw::webchat
