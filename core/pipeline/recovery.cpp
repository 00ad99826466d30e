// What an earlier run left: waiting messages go back to their lanes, replies to their channels.
#include "core/pipeline/pipeline.hpp"

#include <memory>
#include <string>
#include <utility>

namespace openclaw::pipeline {

namespace {
constexpr std::uint32_t kPage = 500;
}

void Pipeline::recover(Done<void> done) {
  auto d = std::make_shared<Done<void>>(std::move(done));  // shared: only by the callbacks below
  values_.read("pairing", [alive = alive_, d](const Result<void>& pairing) {
    if (*alive == nullptr) return;
    if (pairing.has_error()) return (*d)(pairing.error());
    (*alive)->recover_models(std::move(*d));
  });
}

void Pipeline::recover_models(Done<void> done) {
  auto d = std::make_shared<Done<void>>(std::move(done));  // shared: only by the callbacks below
  values_.read("models", [alive = alive_, d](const Result<void>& models) {
    if (*alive == nullptr) return;
    if (models.has_error()) return (*d)(models.error());
    (*alive)->recover_cut_turns(std::move(*d));
  });
}

void Pipeline::recover_cut_turns(Done<void> done) {
  auto d = std::make_shared<Done<void>>(std::move(done));  // shared: only by the callback below
  values_.read("cut", [alive = alive_, d](const Result<void>& cut) {
    if (*alive == nullptr) return;
    Pipeline& self = **alive;
    if (cut.has_error()) return (*d)(cut.error());
    if (self.collector_) return (*d)(Result<void>{});  // the rest is collected
    self.recover_outbox(0, std::move(*d));
  });
}

/// All of the outbox is read before the inbox: a recovered command or dead letter writes replies of
/// its own, and these must not be found here and sent a second time.
void Pipeline::recover_outbox(std::uint64_t after, Done<void> done) {
  env_.store.outbox(
      false, after, kPage,
      [alive = alive_, d = std::move(done)](Result<std::vector<OutboxRow>> rows) mutable {
        if (*alive == nullptr) return;
        Pipeline& self = **alive;
        if (rows.has_error()) {
          d(rows.error());
          return;
        }
        // The store reads on while these are taken in.
        const bool more = rows->size() == kPage;
        if (more) self.recover_outbox(rows->back().id, std::move(d));
        for (const auto& row : *rows) self.delivery_.recovered(row);
        if (!more) self.recover_inbox(0, std::move(d));
      });
}

void Pipeline::recover_inbox(std::uint64_t after, Done<void> done) {
  env_.store.inbox(
      false, after, kPage,
      [alive = alive_, d = std::move(done)](Result<std::vector<InboxRow>> rows) mutable {
        if (*alive == nullptr) return;
        Pipeline& self = **alive;
        if (rows.has_error()) {
          d(rows.error());
          return;
        }
        const bool more = rows->size() == kPage;
        if (more) self.recover_inbox(rows->back().id, std::move(d));
        for (const auto& row : *rows) self.adopt(row);
        if (more) return;
        self.cut_turns_.forget_others();
        d(Result<void>{});
      });
}

void Pipeline::list_dead(const DeadId& after, std::uint32_t limit, Done<DeadPage> done) {
  dead_letter_office_.list(after, limit, std::move(done));
}

void Pipeline::resolve_dead(const std::vector<DeadId>& ids, bool drop,
                            Done<std::vector<DeadOutcome>> done) {
  if (draining_) {
    done(Error{Errc::again, "the gateway is stopping", 1000, true});
    return;
  }
  dead_letter_office_.resolve(ids, drop, std::move(done));
}

/// The operator lets a dead letter be tried again.
void Pipeline::take_back(InboxRow row) {
  // An epoch of this run means that this run counted its death; else it is new to the ledger.
  if (row.epoch >= first_epoch_) {
    ledger_.revive();
  } else {
    ledger_.recover(1);
  }
  row.attempts = 0;
  row.epoch = 0;
  place(row);
  pump();
}

void Pipeline::adopt(const InboxRow& row) {
  ledger_.recover(1);
  place(row);
}

/// Where a waiting row goes: its lane, or its end when no turn would help it. One that is new
/// here has the queue's rules before it, and is shown as accepted.
void Pipeline::place(const InboxRow& row, bool is_new) {
  auto message = inbound_from_json(row.payload_json);
  WaitingMessage waiting{row.id, row.agent, {}, nullptr, 0, row.received_ms};
  if (message.has_error()) {
    dead_letter(std::move(waiting), row.session, message.error().message, {});
    return;
  }
  waiting.message = std::move(*message);
  const std::uint32_t attempts = cut_turns_.without_cuts(row.id, row.attempts);
  if (attempts >= config_.queue.max_attempts) {
    dead_letter(std::move(waiting), row.session,
                "tried " + std::to_string(attempts) + " times (queue.maxAttempts)",
                "Sorry, I could not answer your message. Please send it again.");
    return;
  }
  const bool solo = waiting.message.instance.empty();
  if (nobody_reads_the_answer(waiting.message)) {
    finish_now(std::move(waiting), row.session, Disposition::silent, {}, "the client has gone");
    return;
  }
  const auto bytes = static_cast<std::uint32_t>(row.payload_json.size());
  const auto command = solo ? std::nullopt : parse_command(waiting.message.text);
  if (command) {
    run_command(std::move(waiting), row.session, *command);
    return;
  }
  if (is_new) {
    if (auto* shown = ack(waiting.message.instance)) shown->accepted(waiting.message);
    enqueue(std::move(waiting), row.session, solo, bytes);
    return;
  }
  const bool last_try = attempts > 0 && attempts + 1 >= config_.queue.max_attempts;
  lanes_.recover(row.session, {row.id, solo, bytes, last_try});
  waiting_.emplace(row.id, std::move(waiting));
}

}  // namespace openclaw::pipeline
