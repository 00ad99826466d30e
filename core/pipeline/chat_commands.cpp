// Carries out the commands that people write in a chat; the model never sees them.
#include "core/pipeline/pipeline.hpp"

#include <memory>

#include "core/pipeline/turn/usage_totals.hpp"

namespace openclaw::pipeline {

namespace {
constexpr std::string_view kOwnModel = "default";  ///< /model default
}

std::string Pipeline::status_text(const std::string& session, const std::string& agent_id) const {
  const auto& who = agent(agent_id);
  const auto providers = chain(who, session);
  std::string text = "Agent: " + who.id + "\nSession: " + session;
  if (!providers.empty()) {
    text += "\nModel: " + providers.front().provider + "/" + providers.front().model;
  }
  text += "\nWaiting: " + std::to_string(lanes_.waiting(session)) +
          (turns_.count(session) != 0 ? "\nA turn is running." : "");
  return text;
}

void Pipeline::run_command(WaitingMessage message, const std::string& session,
                           const Command& command) {
  if (auto* where = channel(message.message.instance); where != nullptr && where->traits().typing) {
    const TypingIndicator seen(env_.loop, *where, message.message);  // also marks it as read
  }
  const auto answer = [&](std::string text) {
    finish_now(message, session, Disposition::answered, std::move(text), {});
  };
  if (command.name == "help") {
    answer(
        "/new or /reset: start a new conversation\n/model NAME: use another model here; "
        "/model default: the agent's own again\n/status: agent, model, queue\n/usage: messages and "
        "tokens\n/compact: replace old messages by a summary\n/stop: end the running "
        "answer\n/whoami: your id\n/help");
  } else if (command.name == "whoami") {
    const auto& from = message.message.from;
    answer("Channel: " + message.message.instance + "\nYour id: " + from.sender_id +
           "\nChat: " + from.chat_id + "\nSession: " + session);
  } else if (command.name == "status") {
    answer(status_text(session, message.agent));
  } else if (command.name == "stop") {
    const Inbound where = message.message;
    auto held =
        std::make_shared<WaitingMessage>(std::move(message));  // shared: only by this callback
    stop_turns(where, [alive = alive_, held, session](const Result<std::size_t>& stopped) {
      if (*alive == nullptr) return;
      const std::size_t n = stopped.has_error() ? 0 : *stopped;
      (*alive)->finish_now(*held, session, Disposition::answered,
                           n == 0 ? "Nothing is running." : "Stopped.", {});
    });
  } else if (command.name == "new" || command.name == "reset") {
    start_new(std::move(message), session, command.argument);
  } else if (command.name == "model") {
    if (command.argument.empty()) {
      answer(status_text(session, message.agent));
    } else {
      choose_model(std::move(message), session, command.argument);
    }
  } else if (command.name == "compact") {
    compact(std::move(message), session);
  } else if (command.name == "usage") {
    tell_usage(std::move(message), session);
  } else {
    answer("I do not know the command /" + command.name + ". /help lists what I know.");
  }
}

void Pipeline::start_new(WaitingMessage message, const std::string& session,
                         const std::string& model) {
  auto held = std::make_shared<WaitingMessage>(std::move(message));  // shared: only by callbacks
  const auto reset = [alive = alive_, held, session](const Result<void>& kept) {
    if (*alive == nullptr) return;
    Pipeline& self = **alive;
    if (kept.has_error()) {
      self.finish_now(*held, session, Disposition::answered, kept.error().message, {});
      return;
    }
    // Its summary would tell the new conversation of the one that is to be forgotten.
    self.end_compaction(session, "a new conversation began");
    if (const auto turn = self.turns_.find(session); turn != self.turns_.end()) {
      turn->second->forget_history();
    }
    // A turn that begins meanwhile would read what is to be forgotten.
    self.resetting_[session];
    self.env_.store.write(
        ChangeSession{false, session, self.env_.unix_ms()},
        [alive, held, session](const Result<Written>& written) {
          if (*alive == nullptr) return;
          (*alive)->reset_over(session);
          (*alive)->finish_now(*held, session, Disposition::answered,
                               written.has_error() ? "The conversation could not be reset just now."
                                                   : "A new conversation starts here.",
                               {});
        });
  };
  if (model.empty()) {
    reset(Result<void>{});
  } else {
    keep_model(session, model, reset);
  }
}

void Pipeline::reset_over(const std::string& session) {
  auto node = resetting_.extract(session);
  if (!node.empty() && node.mapped() && !draining_) start_turn(std::move(*node.mapped()));
}

void Pipeline::choose_model(WaitingMessage message, const std::string& session,
                            const std::string& model) {
  auto held = std::make_shared<WaitingMessage>(std::move(message));  // shared: only by the callback
  keep_model(session, model, [alive = alive_, held, session, model](const Result<void>& kept) {
    if (*alive == nullptr) return;
    std::string said =
        "This conversation now uses " + (model == kOwnModel ? "its agent's model." : model + ".");
    if (kept.has_error()) said = kept.error().message;
    (*alive)->finish_now(*held, session, Disposition::answered, std::move(said), {});
  });
}

/// Chosen once it is durable: what was said to be used is used after a restart too. The error's
/// message is for the person who chose.
void Pipeline::keep_model(const std::string& session, const std::string& model, Done<void> done,
                          int tries) {
  if (!ModelChoices::is_name(model)) {
    done(Error{Errc::invalid, "That is no model's name: it is one word of at most " +
                                  std::to_string(ModelChoices::kMaxModelBytes) + " bytes."});
    return;
  }
  const std::string before = models_.of(session);
  models_.choose(session, model == kOwnModel ? std::string_view() : std::string_view(model));
  keep("models", models_.serialise(),
       [alive = alive_, session, model, before, tries,
        d = std::move(done)](const Result<Written>& written) mutable {
         if (*alive == nullptr) return;
         Pipeline& self = **alive;
         if (!written.has_error()) {
           d(Result<void>{});
           return;
         }
         self.models_.choose(session, before);
         if (self.values_.lost_race(written, tries)) {
           auto then = std::make_shared<Done<void>>(std::move(d));  // shared: by the callback
           self.values_.read("models", [alive, session, model, then, tries](const Result<void>&) {
             if (*alive == nullptr) return;
             (*alive)->keep_model(session, model, std::move(*then), tries + 1);
           });
           return;
         }
         self.env_.log.error("models.not_stored", {{"error", written.error().message}});
         d(Error{Errc::storage, "The model could not be changed just now."});
       });
}

void Pipeline::tell_usage(WaitingMessage message, const std::string& session) {
  constexpr std::uint32_t kEntries = 10'000;
  constexpr std::uint64_t kBytes = 8U << 20U;
  auto held = std::make_shared<WaitingMessage>(std::move(message));  // shared: only by the callback
  env_.store.history(
      session, kEntries, kBytes, [alive = alive_, held, session](const Result<History>& history) {
        if (*alive == nullptr) return;
        std::string said = "The conversation could not be read just now.";
        if (!history.has_error()) {
          UsageTotals totals;
          for (const auto& entry : *history) totals.add(entry);
          said = totals.text();
          if (history->size() == kEntries) said += "\nOnly the latest messages are counted.";
        }
        (*alive)->finish_now(*held, session, Disposition::answered, std::move(said), {});
      });
}

}  // namespace openclaw::pipeline
