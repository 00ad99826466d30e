// Carries out the commands that people write in a chat; the model never sees them.
#include "core/pipeline/pipeline.hpp"

#include <memory>

namespace openclaw::pipeline {

std::string Pipeline::status_text(const std::string& session, const std::string& agent_id) const {
  const auto& who = agent(agent_id);
  const auto providers = chain(who);
  std::string text = "Agent: " + who.id + "\nSession: " + session;
  if (!providers.empty()) {
    const auto model = model_override_.find(session);
    text += "\nModel: " + providers.front().provider + "/" +
            (model != model_override_.end() ? model->second : providers.front().model);
  }
  text += "\nWaiting: " + std::to_string(lanes_.waiting(session)) +
          (turns_.count(session) != 0 ? "\nA turn is running." : "");
  return text;
}

void Pipeline::run_command(WaitingMessage message, const std::string& session,
                           const Command& command) {
  const auto answer = [&](std::string text) {
    finish_now(message, session, Disposition::answered, std::move(text), {});
  };
  if (command.name == "help") {
    answer(
        "/new or /reset: start a new conversation\n/model NAME: use another model here\n"
        "/status: agent, model, queue\n/stop: end the running answer\n/whoami: your id\n/help");
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
    if (!command.argument.empty()) model_override_[session] = command.argument;
    auto held =
        std::make_shared<WaitingMessage>(std::move(message));  // shared: only by this callback
    env_.store.write(ChangeSession{false, session, env_.unix_ms()},
                     [alive = alive_, held, session](const Result<Written>& written) {
                       if (*alive == nullptr) return;
                       (*alive)->finish_now(*held, session, Disposition::answered,
                                            written.has_error()
                                                ? "The conversation could not be reset just now."
                                                : "A new conversation starts here.",
                                            {});
                     });
  } else if (command.name == "model") {
    if (command.argument.empty()) {
      answer(status_text(session, message.agent));
    } else {
      model_override_[session] = command.argument;
      answer("This conversation now uses " + command.argument + ".");
    }
  } else {
    answer("I do not know the command /" + command.name + ". /help lists what I know.");
  }
}

void Pipeline::stop_turns(const Inbound& chat, Done<std::size_t> done) {
  const auto entry = channels_.find(chat.instance);
  if (entry == channels_.end() ||
      !entry->second.access->may_read(
          {chat.from.kind, chat.from.sender_id, chat.from.chat_id, true})) {
    env_.loop.post([d = std::move(done)]() mutable {
      d(Error{Errc::auth, "the sender may not speak here"});
    });
    return;
  }
  const std::string session = router_.route(chat.from, place_of(chat.extra_json)).session;
  std::size_t count = 0;
  for (const std::uint64_t id : lanes_.clear(session)) {
    auto node = waiting_.extract(id);
    if (node.empty()) continue;
    ++count;
    if (node.mapped().listener != nullptr) {
      node.mapped().listener->done(Error{Errc::cancelled, "stopped"});
    }
    finish_now(node.mapped(), session, Disposition::silent, {}, "stopped");
  }
  if (const auto turn = turns_.find(session); turn != turns_.end()) {
    count += turn->second->messages().size();
    turn->second->cancel();
  }
  env_.loop.post([count, d = std::move(done)]() mutable { d(count); });
}

}  // namespace openclaw::pipeline
