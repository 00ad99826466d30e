#include "core/pipeline/dead_letters/dead_letter_office.hpp"

#include <optional>
#include <utility>
#include <variant>

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

std::optional<Error> why_not_again(const InboxRow& row) {
  const auto message = inbound_from_json(row.payload_json);
  if (message.has_error()) return Error{Errc::invalid, message.error().message + ": drop it"};
  if (nobody_reads_the_answer(*message)) {
    return Error{Errc::invalid,
                 "it came over HTTP without a session, and its client has gone: drop it"};
  }
  return std::nullopt;
}

std::optional<Error> why_not_again(const OutboxRow& row) {
  const auto message = outbound_from_json(row.entry.payload_json);
  if (message.has_error()) return Error{Errc::invalid, message.error().message + ": drop it"};
  return std::nullopt;
}

}  // namespace

DeadLetterOffice::DeadLetterOffice(Surroundings surroundings)
    : around_(std::move(surroundings)), alive_(std::make_shared<DeadLetterOffice*>(this)) {}

DeadLetterOffice::~DeadLetterOffice() {
  *alive_ = nullptr;
}

/// A page on its way: shared by the reads that fill it.
struct DeadLetterOffice::List {
  DeadPage page;
  std::uint32_t limit;
  Done<DeadPage> done;
};

void DeadLetterOffice::list(const DeadId& after, std::uint32_t limit, Done<DeadPage> done) {
  fill(std::make_shared<List>(List{{}, limit, std::move(done)}), after);
}

void DeadLetterOffice::fill(const std::shared_ptr<List>& list, const DeadId& after) {
  // One more than is shown tells whether more follow.
  const auto wanted = list->limit + 1 - static_cast<std::uint32_t>(list->page.items.size());
  read_dead(around_.store, after, wanted, [alive = alive_, list, after](const auto& rows) {
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
struct DeadLetterOffice::Job {
  bool drop = false;
  std::vector<DeadOutcome> outcomes;
  std::vector<std::variant<std::monostate, InboxRow, OutboxRow>> rows;
  std::size_t open = 0;  ///< reads, then writes
  Done<std::vector<DeadOutcome>> done;
};

void DeadLetterOffice::resolve(const std::vector<DeadId>& ids, bool drop,
                               Done<std::vector<DeadOutcome>> done) {
  auto job = std::make_shared<Job>();  // shared by the callbacks of its reads and writes
  job->drop = drop;
  job->done = std::move(done);
  job->rows.resize(ids.size());
  for (const auto& id : ids) job->outcomes.push_back({id, std::nullopt, std::nullopt});
  if (drop || ids.empty()) {
    decide(job);
    return;
  }
  around_.mended();
  job->open = ids.size();
  for (std::size_t at = 0; at < ids.size(); ++at) {
    const auto [queue, id] = ids[at];
    // Lists begin behind an id; there is no row 0.
    read_dead(around_.store, {queue, id == 0 ? 0 : id - 1}, 1,
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

void DeadLetterOffice::decide(const std::shared_ptr<Job>& job) {
  const std::int64_t now = around_.unix_ms();
  const std::int64_t expires = now + around_.reply_ttl_ms;
  job->open = 1;  // this function's own share
  for (std::size_t at = 0; at < job->outcomes.size(); ++at) {
    const DeadOutcome& outcome = job->outcomes[at];
    if (outcome.failed) continue;
    ++job->open;
    around_.store.write(Resolve{outcome.id.queue, job->drop, outcome.id.id, now, expires},
                        [alive = alive_, job, at, expires](const Result<Written>& written) {
                          if (*alive != nullptr) (*alive)->decided(job, at, written, expires);
                        });
  }
  finish(job);
}

void DeadLetterOffice::decided(const std::shared_ptr<Job>& job, std::size_t at,
                               const Result<Written>& written, std::int64_t expires_ms) {
  DeadOutcome& outcome = job->outcomes[at];
  if (written.has_error()) {
    outcome.failed = written.error().code == Errc::not_found
                         ? Error{Errc::not_found, "it is not there any more"}
                         : written.error();
  } else {
    around_.log.info(job->drop ? "dead.dropped" : "dead.retried", {{"id", to_string(outcome.id)}});
    if (!job->drop) {
      outcome.now = DeadId{outcome.id.queue, written->id};
      if (written->elsewhere) {
        // Whichever gateway collects it has it, this one perhaps.
      } else if (auto* message = std::get_if<InboxRow>(&job->rows[at])) {
        message->id = written->id;
        around_.message_waits(std::move(*message));
      } else {
        OutboxEntry entry = std::move(std::get<OutboxRow>(job->rows[at]).entry);
        entry.expires_ms = expires_ms;
        around_.reply_waits(written->id, entry);
      }
    }
  }
  finish(job);
}

void DeadLetterOffice::finish(const std::shared_ptr<Job>& job) {
  if (--job->open == 0) job->done(std::move(job->outcomes));
}

}  // namespace openclaw::pipeline
