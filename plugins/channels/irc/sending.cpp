// The link's part for messages that go out: whom they reach, and how each one ends.
#include <nlohmann/json.hpp>

#include "link.hpp"
#include "openclaw/cpp/text.hpp"
#include "text_lines.hpp"

namespace openclaw::irc {

namespace {

using nlohmann::json;
constexpr std::size_t kLongestTarget = 200;
constexpr std::int64_t kRoomRetryMs = 30'000;

/// A nick or a room, and nothing that a server would read as more: "$*" is everybody, a comma
/// begins another target.
bool is_target(std::string_view target) {
  if (target.empty() || target.size() > kLongestTarget) return false;
  if (std::string_view("$:@~&%").find(target.front()) != std::string_view::npos &&
      target.front() != '&') {
    return false;
  }
  for (const char c : target) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == ',' || c == '*' || c == '!' ||
        c == '@') {
      return false;
    }
  }
  return true;
}

std::string nick_in(std::string_view extra_json) {
  const json extra = json::parse(extra_json, nullptr, false);
  if (!extra.is_object()) return {};
  const auto it = extra.find("nick");
  return it != extra.end() && it->is_string() ? it->get<std::string>() : std::string{};
}

}  // namespace

void Link::refuse(oc_op op, const char* why) {
  results_.refuse(op, {OC_E_REFUSED, why, OC_EF_NOT_DONE});
}

std::optional<std::string> Link::target_of(oc_op op, const oc_message& message) {
  const std::string chat = sdk::copy(message.chat_id);
  if (session_.server().is_room(chat)) {
    if (!is_target(chat)) {
      refuse(op, "the chat id is not one of IRC's");
      return std::nullopt;
    }
    if (session_.away_from(chat)) {
      results_.hand_back(op, "the gateway is not in the room now", kRoomRetryMs);
      return std::nullopt;
    }
    return chat;
  }
  const auto reach = people_.reach(chat, nick_in(sdk::view(message.extra_json)), session_.server());
  if (reach.gone) {
    refuse(op, "the person has gone, and the nick may be somebody else's");
    return std::nullopt;
  }
  if (!is_target(reach.nick) || session_.server().is_room(reach.nick)) {
    refuse(op, "the chat id is not one of IRC's, or its nick is not known");
    return std::nullopt;
  }
  return reach.nick;
}

void Link::send(oc_op op, const oc_message& message) {
  if (stopping_) {
    return results_.stopped(op);
  }
  if (!session_.ready() || closing_ || has_successor() || !ours()) {
    return results_.hand_back(op, "the gateway is not on the IRC server now",
                              session_.ready_in_ms(host_.now_ms()));
  }
  const auto target = target_of(op, message);
  if (!target) return;
  const auto lines = text_lines(sdk::view(message.text), session_.text_budget(*target));
  if (lines.empty()) {
    return refuse(op, "there is nothing in it that IRC can show");
  }
  const auto ms = deliveries_.begin(op, sdk::copy(message.chat_id), *target, lines, host_.now_ms());
  if (ms > 0) return results_.hand_back(op, "it waits for the limit of lines", ms);
  flush();
}

void Link::cancel(oc_op op) {
  if (const auto outcome = deliveries_.cancel(op)) settle(*outcome);
}

void Link::settle(const Deliveries::Outcome& outcome) {
  if (session_.server().is_room(outcome.target)) {
    const std::string room = session_.server().lower(outcome.target);
    if (outcome.kept_out) status_.refused(room, outcome.failure->message);
    if (!outcome.failure) status_.sent(room);
  }
  if (outcome.failure) return results_.failed(outcome.op, *outcome.failure);
  results_.sent(outcome.op, outcome.message_id);
}

}  // namespace openclaw::irc
