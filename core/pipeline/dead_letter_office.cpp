// Lists dead letters for the operator, and carries out what is decided about them.
#include <memory>
#include <variant>

#include "core/pipeline/pipeline.hpp"

namespace openclaw::pipeline {

namespace {

/// `then` gets what waits behind `after`: messages or replies, whichever `after` names.
template <class Then>
void read_dead(StorePort& store, const DeadId& after, std::uint32_t limit, Then then) {
  if (after.queue == Queue::inbox) {
    store.inbox(true, after.id, limit,
                [then](const Result<std::vector<InboxRow>>& rows) { then(rows); });
  } else {
    store.outbox(true, after.id, limit,
                 [then](const Result<std::vector<OutboxRow>>& rows) { then(rows); });
  }
}

}  // namespace

/// A page on its way: shared by the reads that fill it.
struct Pipeline::DeadList {
  DeadPage page;
  std::uint32_t limit;
  Done<DeadPage> done;
};

void Pipeline::list_dead(const DeadId& after, std::uint32_t limit, Done<DeadPage> done) {
  fill(std::make_shared<DeadList>(DeadList{{}, limit, std::move(done)}), after);
}

void Pipeline::fill(const std::shared_ptr<DeadList>& list, const DeadId& after) {
  // One more than is shown tells whether more follow.
  const auto wanted = list->limit + 1 - static_cast<std::uint32_t>(list->page.items.size());
  read_dead(env_.store, after, wanted, [alive = alive_, list, after](const auto& rows) {
    if (*alive == nullptr) return;
    if (rows.has_error()) {
      list->done(rows.error());
      return;
    }
    auto& items = list->page.items;
    for (const auto& row : *rows) items.push_back(dead_item(row));
    if (items.size() <= list->limit && after.queue == Queue::inbox) {
      (*alive)->fill(list, {Queue::outbox, 0});
      return;
    }
    if (items.size() > list->limit) {
      items.resize(list->limit);
      list->page.next = items.back().id;
    }
    list->done(std::move(list->page));
  });
}

/// Several decisions on their way. All rows are read before the first is decided upon, so that the
/// writes go to the store together and in the order that was asked for.
struct Pipeline::Resolving {
  bool drop = false;
  std::vector<DeadOutcome> outcomes;
  std::vector<std::variant<std::monostate, InboxRow, OutboxRow>> rows;
  std::size_t open = 0;  ///< reads, then writes
  Done<std::vector<DeadOutcome>> done;
};

void Pipeline::resolve_dead(const std::vector<DeadId>& ids, bool drop,
                            Done<std::vector<DeadOutcome>> done) {
  if (draining_) {
    done(Error{Errc::again, "the gateway is stopping", 1000, true});
    return;
  }
  auto job = std::make_shared<Resolving>();  // shared by the callbacks of its reads and writes
  job->drop = drop;
  job->done = std::move(done);
  job->rows.resize(ids.size());
  for (const auto& id : ids) job->outcomes.push_back({id, std::nullopt, std::nullopt});
  if (drop || ids.empty()) {
    decide(job);
    return;
  }
  cooldowns_.clear();  // whoever asks for this has mended what the reasons say
  job->open = ids.size();
  for (std::size_t at = 0; at < ids.size(); ++at) {
    const auto [queue, id] = ids[at];
    // Lists begin behind an id; there is no row 0.
    read_dead(env_.store, {queue, id == 0 ? 0 : id - 1}, 1,
              [alive = alive_, job, at](const auto& rows) {
                if (*alive == nullptr) return;
                DeadOutcome& outcome = job->outcomes[at];
                if (rows.has_error()) {
                  outcome.failed = rows.error();
                } else if (rows->empty() || rows->front().id != outcome.id.id) {
                  outcome.failed = Error{Errc::not_found, "it is not there any more"};
                } else {
                  outcome.failed = why_not_again(rows->front());
                  job->rows[at] = rows->front();
                }
                if (--job->open == 0) (*alive)->decide(job);
              });
  }
}

std::optional<Error> Pipeline::why_not_again(const InboxRow& row) {
  const auto message = inbound_from_json(row.payload_json);
  if (message.has_error()) return Error{Errc::invalid, message.error().message + ": drop it"};
  if (nobody_reads_the_answer(*message)) {
    return Error{Errc::invalid,
                 "it came over HTTP without a session, and its client has gone: drop it"};
  }
  return std::nullopt;
}

std::optional<Error> Pipeline::why_not_again(const OutboxRow& row) {
  const auto message = outbound_from_json(row.entry.payload_json);
  if (message.has_error()) return Error{Errc::invalid, message.error().message + ": drop it"};
  return std::nullopt;
}

void Pipeline::decide(const std::shared_ptr<Resolving>& job) {
  const std::int64_t now = env_.unix_ms();
  const std::int64_t expires = now + std::int64_t{config_.queue.reply_ttl_seconds} * 1000;
  job->open = 1;  // this function's own share
  for (std::size_t at = 0; at < job->outcomes.size(); ++at) {
    const DeadOutcome& outcome = job->outcomes[at];
    if (outcome.failed) continue;
    ++job->open;
    env_.store.write(Resolve{outcome.id.queue, job->drop, outcome.id.id, now, expires},
                     [alive = alive_, job, at, expires](const Result<Written>& written) {
                       if (*alive != nullptr) (*alive)->decided(job, at, written, expires);
                     });
  }
  finish_decisions(job);
}

void Pipeline::decided(const std::shared_ptr<Resolving>& job, std::size_t at,
                       const Result<Written>& written, std::int64_t expires_ms) {
  DeadOutcome& outcome = job->outcomes[at];
  if (written.has_error()) {
    outcome.failed = written.error().code == Errc::not_found
                         ? Error{Errc::not_found, "it is not there any more"}
                         : written.error();
  } else {
    env_.log.info(job->drop ? "dead.dropped" : "dead.retried", {{"id", to_string(outcome.id)}});
    if (!job->drop) {
      outcome.now = DeadId{outcome.id.queue, written->id};
      if (auto* message = std::get_if<InboxRow>(&job->rows[at])) {
        message->id = written->id;
        take_back(std::move(*message));
      } else {
        OutboxEntry entry = std::move(std::get<OutboxRow>(job->rows[at]).entry);
        entry.expires_ms = expires_ms;
        delivery_.stored(written->id, entry);
      }
    }
  }
  finish_decisions(job);
}

void Pipeline::finish_decisions(const std::shared_ptr<Resolving>& job) {
  if (--job->open == 0) job->done(std::move(job->outcomes));
}

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

}  // namespace openclaw::pipeline
