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

Reactor::Reactor(sdk::Host& host, Api& api, const Sender& sender)
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
            [this, wish, done](const Answer& answer) {
              answered(wish, answer);
              done();
            });
  return 0;
}

void Reactor::answered(const sdk::Reaction& wish, const Answer& answer) {
  if (!answer.error) return;
  const bool refused = answer.error->status == 400 && answer.error->says("REACTION_INVALID");
  if (!refused || refused_.size() >= kMaxRefused) {
    return host_.log(OC_LOG_DEBUG, "telegram.reaction_failed",
                     sdk::to_text(nlohmann::json{{"error", answer.error->sentence()}}));
  }
  refused_.insert(key_of(wish));
  host_.log(OC_LOG_INFO, "telegram.reaction_refused",
            sdk::to_text(nlohmann::json{
                {"chat", wish.chat},
                {"emoji", wish.emoji},
                {"hint", "Telegram or this chat does not allow it; choose another one"}}));
}

}  // namespace openclaw::telegram
