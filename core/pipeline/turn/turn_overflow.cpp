// What a turn does when its conversation has outgrown the model: one summary, and the same again.
#include "core/pipeline/turn/turn.hpp"

#include <utility>

namespace openclaw::pipeline {

namespace {
constexpr char kMessageTooLong[] =
    "This message is too long for the model. Please send a shorter one.";
constexpr char kStillTooLong[] =
    "This is too long for the model, even with the conversation before it summarised. Please send "
    "a shorter message, or start a new conversation with /new.";
constexpr char kNotSummarised[] =
    "This conversation has grown too long for the model, and could not be summarised just now. "
    "Please try again later, or start a new conversation with /new.";
}  // namespace

void Turn::overflowed(ModelCall::Outcome outcome) {
  if (media_ != nullptr && media_->has_parts() && !show_.visible()) {
    media_->leave_out_all();
    ask_without_media(outcome.detail);
    return;
  }
  failed_as_ = Errc::too_large;
  if (show_.visible() || record_.stateless()) {
    die(std::move(outcome.detail), outcome.error.message);
  } else if (shortened_ == Shortened::yes) {
    die(std::move(outcome.detail), has_history_ ? kStillTooLong : kMessageTooLong);
  } else if (!has_history_) {
    die(std::move(outcome.detail), kMessageTooLong);
  } else {
    shorten();
  }
}

void Turn::shorten() {
  house_.log.info("turn.shortens", {{"session", lane_.session}});
  shortened_ = Shortened::under_way;
  compactor_ = std::make_unique<Compactor>(
      house_, Compactor::Reason::overflow, lane_.session, agent_, chain_,
      [this](Compactor::Outcome outcome) { shortened(std::move(outcome)); });
  compactor_->start();
}

void Turn::shortened(Compactor::Outcome outcome) {
  compactor_.reset();
  if (!outcome.summary) {
    die("the conversation does not fit the model, and was not summarised: " + outcome.said,
        kNotSummarised);
    return;
  }
  // Written once: a summary that is stored late could come after a /new.
  house_.store.write(record_.noted(std::move(*outcome.summary), house_.unix_ms()),
                     [alive = alive_](const Result<Written>& written) {
                       if (*alive == nullptr) return;
                       Turn& self = **alive;
                       if (self.finishing_ || self.shortened_ == Shortened::yes) return;
                       if (written.has_error()) {
                         self.failed_as_ = Errc::storage;
                         self.die("the summary could not be stored: " + written.error().message,
                                  kNotSummarised);
                         return;
                       }
                       self.shortened_ = Shortened::yes;
                       self.history_.reset();
                       self.read_history();
                     });
}

void Turn::forget_history() {
  if (finishing_) return;
  if (!model_ && history_) history_->clear();  // it waits for a slot
  if (shortened_ != Shortened::under_way) return;
  compactor_.reset();
  shortened_ = Shortened::yes;
  history_.emplace();
  prepared();
}

}  // namespace openclaw::pipeline
