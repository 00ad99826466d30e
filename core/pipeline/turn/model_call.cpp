#include "core/pipeline/turn/model_call.hpp"

#include <utility>

namespace openclaw::pipeline {
namespace {

constexpr char kCut[] = "length";  ///< the finish reason of an answer beyond the bound

}  // namespace

ModelCall::ModelCall(TurnHouse& house, Asker& asker, Purpose purpose,
                     std::vector<ProviderRef> chain, TimePoint deadline)
    : house_(house),
      asker_(asker),
      purpose_(std::move(purpose)),
      failover_(std::move(chain), house.cooldowns, deadline, house.jitter),
      alive_(std::make_shared<ModelCall*>(this)) {}

ModelCall::~ModelCall() {
  cancel();
}

void ModelCall::cancel() {
  *alive_ = nullptr;  // first: what a cancelled call still says is of no interest
  house_.loop.cancel(wait_);
  if (call_ != 0) provider_->cancel(std::exchange(call_, 0));
}

void ModelCall::start() {
  follow(failover_.begin(runtime::SteadyClock::now()));
}

void ModelCall::ask_again() {
  follow(failover_.after_shortening(runtime::SteadyClock::now()));
}

void ModelCall::follow(const FailoverAttempt::Step& step) {
  switch (step.kind) {
    case FailoverAttempt::Step::call:
      call(step.target);
      return;
    case FailoverAttempt::Step::wait:
      wait_ = house_.loop.after(step.pause, [this] {
        wait_ = {};
        follow(failover_.after_wait(runtime::SteadyClock::now()));
      });
      return;
    case FailoverAttempt::Step::give_up:
      give_up(step);
      return;
  }
}

void ModelCall::call(const ProviderRef& target) {
  answer_ = Answer{};
  answer_.model = target.model;
  const auto it = house_.providers.find(target.provider);
  if (it == house_.providers.end()) {
    failed(ChatFailure{{Errc::invalid, "no provider named " + target.provider}});
    return;
  }
  provider_ = it->second;
  const ChatCall request{target.model, asker_.body(target.model), true, false};
  call_ = provider_->chat(request, {[alive = alive_](ChatEvent kind, std::string_view data) {
                                      return *alive != nullptr && (*alive)->on_event(kind, data);
                                    },
                                    [alive = alive_](std::optional<ChatFailure> failure) {
                                      if (*alive == nullptr) return;
                                      (*alive)->call_ = 0;
                                      (*alive)->on_done(std::move(failure));
                                    }});
}

bool ModelCall::on_event(ChatEvent kind, std::string_view data) {
  switch (kind) {
    case ChatEvent::text:
      return on_text(data);
    case ChatEvent::usage:
      answer_.usage_json = data;
      return true;
    case ChatEvent::finish:
      if (answer_.finish_reason != kCut) answer_.finish_reason = data;
      return true;
    case ChatEvent::reasoning:
    case ChatEvent::tool_call:
    case ChatEvent::raw:
      break;
  }
  return true;
}

bool ModelCall::on_text(std::string_view delta) {
  if (answer_.finish_reason == kCut) return false;
  const std::size_t room = purpose_.max_answer_bytes - answer_.text.size();
  if (delta.size() > room) {
    answer_.finish_reason = kCut;
    std::size_t end = room;
    while (end > 0 && (static_cast<unsigned char>(delta[end]) & 0xC0U) == 0x80U) --end;
    delta = delta.substr(0, end);
    if (delta.empty()) return false;
  }
  answer_.text += delta;
  const auto alive = alive_;
  const bool shown = asker_.heard(answer_, delta);
  if (*alive == nullptr) return false;
  shown_ = shown;
  return answer_.finish_reason != kCut;
}

void ModelCall::on_done(std::optional<ChatFailure> failure) {
  // We ended it ourselves, at the bound: nothing better can be had by asking again.
  if (failure && failure->error.code == Errc::cancelled && answer_.finish_reason == kCut)
    failure.reset();
  if (!failure && answer_.text.find_first_not_of(" \t\r\n") == std::string::npos) {
    failure = no_answer();
  }
  if (failure) {
    house_.log.warn(purpose_.name + ".provider_failed", {{"session", purpose_.session},
                                                         {"provider", provider_->name()},
                                                         {"error", failure->error.message}});
    failed(*failure);
    return;
  }
  failover_.succeeded(runtime::SteadyClock::now());
  if (answer_.finish_reason.empty()) answer_.finish_reason = "stop";
  asker_.ended({std::exchange(answer_, {}), {}, {}, false});  // the last: this may be gone now
}

/// Most often due to what was asked (a content filter, nothing to say, reasoning that used up all
/// tokens): no verdict on the provider. A model that only stopped may do better once more.
ChatFailure ModelCall::no_answer() {
  const bool stopped = answer_.finish_reason.empty() || answer_.finish_reason == "stop";
  const bool again = stopped && !std::exchange(was_empty_, true);
  std::string said = provider_->name() + " gave an empty answer";
  if (!stopped) said += " (" + answer_.finish_reason + ")";
  return {{again ? Errc::unknown : Errc::permanent, std::move(said)}};
}

void ModelCall::failed(const ChatFailure& failure) {
  follow(failover_.after_failure(failure.error, failure.billing, failure.length, shown_,
                                 runtime::SteadyClock::now()));
}

/// Posted, since it may be known inside start() that nobody can be asked.
void ModelCall::give_up(const FailoverAttempt::Step& step) {
  if (!step.too_long) {  // else it may go on
    house_.log.error(purpose_.name + ".gave_up",
                     {{"session", purpose_.session}, {"detail", step.detail}});
  }
  house_.loop.post([alive = alive_, outcome = Outcome{std::nullopt, step.error, step.detail,
                                                      step.refused, step.too_long}] {
    if (*alive != nullptr) (*alive)->asker_.ended(outcome);
  });
}

}  // namespace openclaw::pipeline
