// Reads PRIVMSG. A NOTICE is never read or answered: that is how programs do not talk in circles.
#include "incoming.hpp"

#include <nlohmann/json.hpp>

#include "mention.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"
#include "people.hpp"

namespace openclaw::irc {

namespace {

constexpr char kCtcp = '\x01';

std::string hexadecimal(std::uint64_t value) {
  std::string out;
  do {
    out.insert(out.begin(), "0123456789abcdef"[value % 16]);
    value /= 16;
  } while (value != 0);
  return out;
}

bool is_private_message(const Line& line, const Listener& us) {
  return line.command == "PRIVMSG" && line.params.size() == 2 && line.from_person() &&
         !us.server.same(line.nick, us.nick);
}

/// "ACTION waves" of "\1ACTION waves\1"; absent: no CTCP.
std::optional<std::string> ctcp(std::string_view text) {
  if (text.empty() || text.front() != kCtcp) return std::nullopt;
  text.remove_prefix(1);
  return std::string(text.substr(0, text.find(kCtcp)));
}

}  // namespace

oc_message view(const Incoming& incoming) {
  oc_message m{};
  m.size = sizeof m;
  m.flags = incoming.flags;
  m.ts_ms = incoming.ts_ms;
  m.event_id = sdk::str(incoming.event_id);
  m.chat_id = sdk::str(incoming.chat_id);
  m.sender_id = sdk::str(incoming.sender_id);
  m.sender_name = sdk::str(incoming.sender_name);
  m.message_id = sdk::str(incoming.message_id);
  m.text = sdk::str(incoming.text);
  m.extra_json = sdk::str(incoming.extra_json);
  m.attachment_stride = sizeof(oc_attachment);
  return m;
}

EventIds::EventIds(std::int64_t unix_ms, std::uint64_t seed)
    : prefix_("irc-" + hexadecimal(static_cast<std::uint64_t>(unix_ms)) + "-" + hexadecimal(seed) +
              "-") {}

std::optional<Incoming> decode(const Line& line, const Listener& us, EventIds& ids) {
  if (!is_private_message(line, us)) return std::nullopt;
  if (us.tags && line.tags.count("bot") != 0) return std::nullopt;
  const std::string& target = line.params[0];
  const bool room = us.server.is_room(target);
  if (!room && !us.server.same(target, us.nick)) return std::nullopt;
  const bool vouched = us.accounts && !line.tag("account").empty() && line.tag("account") != "*";
  if (us.require_account && !vouched) return std::nullopt;

  std::string text = line.params[1];
  if (const auto request = ctcp(text)) {
    if (!request->starts_with("ACTION ")) return std::nullopt;
    text = "* " + line.nick + " " + request->substr(7);
  }
  text = without_formatting(text);
  const Addressed addressed = find_mention(text, us.nick, us.server);

  Incoming in;
  in.sender_id = identity_of(line, us.accounts, us.server);
  in.sender_name = line.nick;
  if (room) {
    in.flags = OC_MSG_ROOM | (addressed.mentioned ? OC_MSG_MENTIONED : 0U);
    in.chat_id = us.server.lower(target);
    in.text = addressed.text;
  } else {
    in.chat_id = in.sender_id;
    in.text = std::move(text);
    in.extra_json = sdk::to_text(nlohmann::json{{"nick", line.nick}});
  }
  if (in.text.find_first_not_of(' ') == std::string::npos) return std::nullopt;
  const auto id = us.tags ? line.tag("msgid") : std::string_view{};
  in.event_id = id.empty() ? ids.next() : "msgid:" + std::string(id);
  in.message_id = in.event_id;
  if (us.times) in.ts_ms = parse_time(line.tag("time"));
  return in;
}

bool asks_version(const Line& line, const Listener& us) {
  return is_private_message(line, us) && us.server.same(line.params[0], us.nick) &&
         ctcp(line.params[1]) == "VERSION";
}

}  // namespace openclaw::irc
