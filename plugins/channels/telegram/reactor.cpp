// Best effort: nobody waits for a reaction, and its failure hurts nobody.
#include "reactor.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "requests.hpp"

namespace openclaw::telegram {

namespace {

constexpr std::uint32_t kReactMs = 5'000;

std::string key_of(const sdk::Reaction& wish) {
  return wish.chat + '\x1f' + wish.emoji;
}

}  // namespace

Reactor::Reactor(sdk::Host& host, Api& api, Sender& sender)
    : host_(host),
      api_(api),
      sender_(sender),
      reactions_(host, [this](const sdk::Reaction& wish, const sdk::Reactions::Done& done) {
        return attempt(wish, done);
      }) {}

std::uint32_t Reactor::attempt(const sdk::Reaction& wish, const sdk::Reactions::Done& done) {
  // Message ids start anew in a supergroup.
  if (sender_.current_chat(wish.chat) != wish.chat) return sdk::Reactions::kNever;
  if (refused_.contains(key_of(wish))) return sdk::Reactions::kNever;
  auto body = reaction_body(wish.chat, wish.message, wish.on ? wish.emoji : "");
  if (!body) return sdk::Reactions::kNever;
  if (const auto ms = sender_.held_ms(wish.chat)) return ms;
  api_.call("setMessageReaction", std::move(*body), kReactMs,
            [this, wish, done](const Answer& answer) { done(answered(wish, answer)); });
  return 0;
}

sdk::Reactions::Outcome Reactor::answered(const sdk::Reaction& wish, const Answer& answer) {
  if (!answer.error) return {};
  const ApiError& error = *answer.error;
  const bool refused = error.status == 400 && error.says("REACTION_INVALID");
  if (!refused || refused_.size() >= kMaxRefused) {
    host_.log(OC_LOG_DEBUG, "telegram.reaction_failed",
              sdk::to_text(nlohmann::json{{"error", error.sentence()}}));
    const std::uint32_t retry_ms = error.retry_after_s * 1000;
    if (retry_ms != 0) sender_.hold(wish.chat, retry_ms);
    return {error.status == 0 || error.status == 429 || error.status >= 500, retry_ms};
  }
  refused_.insert(key_of(wish));
  host_.log(OC_LOG_INFO, "telegram.reaction_refused",
            sdk::to_text(nlohmann::json{
                {"chat", wish.chat},
                {"emoji", wish.emoji},
                {"hint", "Telegram or this chat does not allow it; choose another one"}}));
  return {};
}

}  // namespace openclaw::telegram
