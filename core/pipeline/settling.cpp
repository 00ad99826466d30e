// Ends messages that get no turn, or none any more: answered here, silent, or dead-lettered.
#include "core/pipeline/pipeline.hpp"

#include <memory>
#include <optional>

namespace openclaw::pipeline {

namespace {
constexpr char kNotAnswered[] = "Sorry, I could not answer your message. Please send it again.";

/// A summary that is written later than it was meant to could come after a /new, and tell the new
/// conversation of the one that was to be forgotten.
void drop_summary(Finish& write, const render::Format& format) {
  if (write.transcript.empty()) return;
  write.transcript.clear();
  if (write.outbox.size() > 1) write.outbox.resize(1);
  for (auto& entry : write.outbox) {
    auto out = outbound_from_json(entry.payload_json);
    if (out.has_error()) continue;  // not ours, so it says nothing of a summary
    auto said = render::plain_messages("The summary could not be stored just now.", format);
    out->text = std::move(said.front().text);
    out->plain = std::move(said.front().plain);
    entry.payload_json = to_json(*out);
  }
}

render::Format format_of(const ChannelPort* channel) {
  return channel != nullptr ? channel->traits().text : render::Format{};
}
}  // namespace

std::vector<Outbound> Pipeline::replies_to(const Inbound& message, std::string_view text) const {
  std::vector<Outbound> replies;
  for (auto& part : render::plain_messages(text, format_of(channel(message.instance)))) {
    Outbound& out = replies.emplace_back();
    out.chat_id = message.from.chat_id;
    out.thread_id = message.from.thread_id;
    if (message.from.kind != ChatKind::direct && replies.size() == 1) {
      out.reply_to = message.message_id;
    }
    out.extra_json = message.extra_json;
    out.text = std::move(part.text);
    out.plain = std::move(part.plain);
  }
  return replies;
}

void Pipeline::send_notices(const std::string& instance, std::vector<Outbound> notices) {
  for (auto& notice : notices) delivery_.notice(instance, std::move(notice));
}

void Pipeline::finish_now(const WaitingMessage& message, const std::string& session,
                          Disposition disposition, std::string reply, std::string reason,
                          std::vector<TranscriptEntry> transcript) {
  Finish write;
  write.transcript = std::move(transcript);
  write.disposition = disposition;
  write.session = session;
  // Newer than the epoch of any turn that had the message before and gave it back.
  write.epoch = lanes_.take_epoch();
  write.ids = {message.id};
  write.reason = std::move(reason);
  write.ts_ms = env_.unix_ms();
  if (!reply.empty() && !message.message.instance.empty()) {
    const std::string key = "c" + std::to_string(message.id);
    for (auto& out : replies_to(message.message, reply)) {
      const std::size_t part = write.outbox.size();
      out.idem_key = part == 0 ? key : key + "-" + std::to_string(part);
      write.outbox.push_back({session, message.message.instance, message.message.from.account,
                              out.idem_key, to_json(out), write.ts_ms,
                              write.ts_ms + std::int64_t{config_.queue.reply_ttl_seconds} * 1000});
    }
  }
  ++finishing_now_;
  commit_now(std::move(write));
}

/// Claims and ends in one go; a store that fails is asked again until it works or the next start
/// finds the row in the inbox.
void Pipeline::commit_now(Finish write) {
  auto claimed = std::make_shared<std::optional<Error>>();  // shared: by the two callbacks below
  env_.store.write(Attempt{write.session, write.epoch, write.ids},
                   [claimed](const Result<Written>& written) {
                     if (written.has_error()) *claimed = written.error();
                   });
  delivery_.prepare(write.outbox);
  Finish copy = write;
  env_.store.write(std::move(copy), [alive = alive_, claimed,
                                     w = std::move(write)](const Result<Written>& written) mutable {
    if (*alive == nullptr) return;
    Pipeline& self = **alive;
    if (written.has_error()) {
      self.delivery_.not_stored(w.outbox);
      // Without a claim every finish is a conflict; what counts is why there is no claim.
      const Error error = *claimed ? **claimed : written.error();
      self.env_.log.error("command.not_stored", {{"session", w.session}, {"error", error.message}});
      if (error.code == Errc::invalid &&
          (w.disposition != Disposition::dead || !w.outbox.empty())) {
        // The store will never take this answer: keep the question where the operator sees it.
        w.disposition = Disposition::dead;
        w.reason = "the store refused the answer: " + error.message;
        w.outbox.clear();
        self.commit_now(std::move(w));
        return;
      }
      if (error.code != Errc::conflict && error.code != Errc::invalid) {
        const auto* where = w.outbox.empty() ? nullptr : self.channel(w.outbox.front().channel);
        drop_summary(w, format_of(where));
        self.env_.loop.after(self.env_.store_retry, [alive, again = std::move(w)]() mutable {
          if (*alive != nullptr) (*alive)->commit_now(std::move(again));
        });
        return;
      }
    }
    --self.finishing_now_;
    if (written.has_error()) {
      // A conflict: another epoch answers for it. Else it stays in the inbox for the next start,
      // and counts as queued.
      const Error& error = *claimed ? **claimed : written.error();
      if (error.code == Errc::conflict) self.ledger_.fence();
    } else if (w.disposition == Disposition::silent) {
      self.ledger_.silence();
    } else if (w.disposition == Disposition::dead) {
      self.ledger_.bury();
    } else {
      self.ledger_.answer();
    }
    if (!written.has_error()) self.delivery_.stored(*written, w.outbox);
    self.note_drained();
  });
}

void Pipeline::dead_letter(WaitingMessage message, const std::string& session, std::string reason,
                           std::string notice) {
  env_.log.error("inbox.dead_letter", {{"session", session}, {"reason", reason}});
  if (message.listener != nullptr) message.listener->done(Error{Errc::again, reason});
  finish_now(message, session, Disposition::dead, std::move(notice), std::move(reason));
}

void Pipeline::try_again(const Turn& turn) {
  std::vector<std::uint64_t> ids;
  for (const auto& m : turn.messages()) {
    WaitingMessage again{m.id, m.agent, m.message, nullptr, m.tries + 1, m.received_ms};
    if (m.message.instance.empty()) {
      // Its client was told that it failed, and asks again by itself.
      finish_now(std::move(again), turn.session(), Disposition::silent, {}, "the client was told");
    } else if (again.tries >= config_.queue.max_attempts) {
      dead_letter(std::move(again), turn.session(), "tried too often (queue.maxAttempts)",
                  kNotAnswered);
    } else {
      ids.push_back(m.id);
      waiting_.emplace(m.id, std::move(again));
    }
  }
  if (!ids.empty()) {
    lanes_.requeue(turn.session(), ids, runtime::SteadyClock::now() + env_.store_retry);
  }
}

}  // namespace openclaw::pipeline
