// Feeds the line parser with whatever libFuzzer finds: nothing may crash, and ids stay sound.
#include <cstdlib>
#include <string_view>

#include "incoming.hpp"
#include "line.hpp"
#include "mention.hpp"
#include "text_lines.hpp"

namespace {

/// The lines of a stream that comes in pieces of `step` bytes.
std::vector<std::string> lines_of(std::string_view stream, std::size_t step) {
  openclaw::irc::LineReader reader;
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < stream.size(); at += step) {
    reader.feed(stream.substr(at, step));
    while (auto line = reader.next()) lines.push_back(std::move(*line));
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openclaw::irc;
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto lines = lines_of(stream, stream.size() + 1);
  if (lines != lines_of(stream, 1 + data[0] % 64)) std::abort();
  const std::string nick = "bot";
  ISupport server;
  EventIds ids(1, 2);
  for (const std::string& text : lines) {
    const auto line = parse_line(text);
    if (!line) continue;
    server.read(*line);
    static_cast<void>(parse_time(line->tag("time")));
    const Listener us{nick, server, true, true, true, false};
    static_cast<void>(asks_version(*line, us));
    const auto in = decode(*line, us, ids);
    if (!in) continue;
    if (in->chat_id.empty() || in->event_id.empty() || in->text.empty()) std::abort();
    // An identity is an account of the server's word, or a whole mask; never a nick alone. "*" is a
    // server's word for no account.
    const bool account = in->sender_id.starts_with("account:");
    const auto word = line->tag("account");
    if (account != (!word.empty() && word != "*")) std::abort();
    if (!account && in->sender_id.find('!') == std::string::npos) std::abort();
  }
  const std::size_t budget = 16 + data[0];
  for (const std::string& text : text_lines(stream, budget)) {
    if (text.empty() || text.size() > budget) std::abort();
    if (text.find_first_of(std::string_view("\r\n\0\x01", 4)) != std::string::npos) std::abort();
  }
  return 0;
}
