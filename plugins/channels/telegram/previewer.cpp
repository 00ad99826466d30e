// A preview is best effort: what Telegram refuses is not shown, and nobody is told.
#include "previewer.hpp"

#include <optional>
#include <utility>

#include "requests.hpp"

namespace openclaw::telegram {

namespace {

constexpr std::uint32_t kPreviewMs = 10'000;

using Place = sdk::PreviewPlace;
using Done = sdk::Previews::Done;
using Outcome = sdk::Previews::Outcome;

Outcome outcome_of(const Answer& answer) {
  if (!answer.error) return {Outcome::Kind::done, decode_message_id(answer.body), 0};
  const ApiError& error = *answer.error;
  if (error.status == 429) return {Outcome::Kind::later, {}, error.retry_after_s * 1000};
  if (error.says("message is not modified")) return {Outcome::Kind::done, {}, 0};
  if (error.says("not found")) return {Outcome::Kind::gone, {}, 0};
  const bool passes = error.status == 0 || error.status >= 500;
  return {passes ? Outcome::Kind::later : Outcome::Kind::refused, {}, 0};
}

/// Telegram knows no second post from the first, so one whose fate is unknown is not repeated.
Outcome outcome_of_post(const Answer& answer) {
  Outcome outcome = outcome_of(answer);
  const bool limited = answer.error && answer.error->status == 429;
  if (outcome.kind == Outcome::Kind::later && !limited) outcome.kind = Outcome::Kind::refused;
  if (outcome.kind == Outcome::Kind::done && outcome.message_id.empty()) {
    outcome.kind = Outcome::Kind::refused;
  }
  return outcome;
}

}  // namespace

sdk::Previews::Platform preview_platform(sdk::Host& host, Api& api, Sender& sender) {
  const auto ask = [&host, &api, &sender](const char* method, const Target& target,
                                          std::optional<std::string> body, Done done) {
    if (!body) {
      host.post([done = std::move(done)] { done({Outcome::Kind::refused, {}, 0}); });
      return 0U;
    }
    const bool counts = std::string_view(method) != "deleteMessage";
    if (const auto ms = counts ? sender.begin_aside(target) : sender.held_ms(target.chat_id)) {
      return ms;
    }
    const auto read = std::string_view(method) == "sendMessage" ? &outcome_of_post : &outcome_of;
    api.call(method, std::move(*body), kPreviewMs,
             [read, &sender, chat = target.chat_id, done = std::move(done)](const Answer& answer) {
               const Outcome outcome = read(answer);
               if (outcome.retry_ms != 0) sender.hold(chat, outcome.retry_ms);
               done(outcome);
             });
    return 0U;
  };
  sdk::Previews::Platform platform;
  platform.post = [ask, &sender](const Place& place, const std::string&,
                                 const sdk::Host::Rendered& text, Done done) {
    const Target target{sender.current_chat(place.chat), place.thread};
    return ask("sendMessage", target, silent_message_body(target, text.text, !text.plain.empty()),
               std::move(done));
  };
  platform.edit = [ask](const Place& place, const std::string& id, const sdk::Host::Rendered& text,
                        Done done) {
    const Target target{place.chat, place.thread};
    return ask("editMessageText", target,
               edit_message_body(target, id, text.text, !text.plain.empty()), std::move(done));
  };
  platform.remove = [ask](const Place& place, const std::string& id, Done done) {
    const Target target{place.chat, place.thread};
    return ask("deleteMessage", target, delete_message_body(place.chat, id), std::move(done));
  };
  return platform;
}

}  // namespace openclaw::telegram
