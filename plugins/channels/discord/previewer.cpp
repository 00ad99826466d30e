// A preview is best effort: what Discord refuses is not shown, and nobody is told.
#include "previewer.hpp"

#include <utility>

#include "openclaw/cpp/text.hpp"
#include "requests.hpp"

namespace openclaw::discord {

namespace {

constexpr std::uint32_t kPreviewMs = 10'000;

using Outcome = sdk::Previews::Outcome;

const std::string& channel_of(const sdk::PreviewPlace& place) {
  return place.thread.empty() ? place.chat : place.thread;
}

/// The nonce makes a post safe to repeat, so that one whose fate is not known is asked for again.
Outcome outcome_of(const Answer& answer) {
  if (!answer.error) return {Outcome::Kind::done, decode_message_id(answer.body), 0};
  const ApiError& error = *answer.error;
  if (error.status == 404) return {Outcome::Kind::gone, {}, 0};
  if (error.status == 429) {
    return {Outcome::Kind::later, {}, static_cast<std::uint32_t>(error.retry_after_ms)};
  }
  const bool passes = error.status == 0 || error.status >= 500;
  return {passes ? Outcome::Kind::later : Outcome::Kind::refused, {}, 0};
}

/// `aside`: it gives way to all else. What stands is taken away in its turn.
std::uint32_t ask(Api& api, const std::optional<Request>& request, sdk::Previews::Done done,
                  sdk::Host& host, bool aside = true) {
  if (!request) {
    host.post([done = std::move(done)] { done({Outcome::Kind::refused, {}, 0}); });
    return 0;
  }
  const auto answered = [done = std::move(done)](const Answer& answer) {
    done(outcome_of(answer));
  };
  return aside ? api.call_aside(*request, kPreviewMs, answered)
               : api.call(*request, kPreviewMs, answered);
}

}  // namespace

sdk::Previews::Platform preview_platform(Api& api, sdk::Host& host) {
  using Place = sdk::PreviewPlace;
  using Done = sdk::Previews::Done;
  return {
      [&](const Place& place, const std::string& turn, const sdk::Host::Rendered& text, Done done) {
        const auto request = preview_request(channel_of(place), text.text, "p" + turn);
        return ask(api, request, std::move(done), host);
      },
      [&](const Place& place, const std::string& id, const sdk::Host::Rendered& text, Done done) {
        return ask(api, edit_request(channel_of(place), id, text.text), std::move(done), host);
      },
      [&](const Place& place, const std::string& id, Done done) {
        return ask(api, delete_request(channel_of(place), id), std::move(done), host, false);
      }};
}

bool may_preview(const oc_partial& partial) {
  return !Interaction::from_extra(sdk::view(partial.extra_json));
}

}  // namespace openclaw::discord
