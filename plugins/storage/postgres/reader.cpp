// The read slots: one statement each.
#include "reader.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "explain.hpp"
#include "migrate.hpp"
#include "openclaw/cpp/holder.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/store_writes.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::postgres {

using sdk::str;
using sdk::view;

namespace {

constexpr std::uint32_t kReaderOpenMs = 15'000;
constexpr std::chrono::milliseconds kFirstWait{100};

std::int64_t bounded(std::uint64_t number) {
  return static_cast<std::int64_t>(std::min(number, sdk::kLargestNumber));
}

std::uint64_t unsigned_at(const Rows& rows, int row, int column) {
  return static_cast<std::uint64_t>(rows.number(row, column));
}

oc_str text_at(const Rows& rows, int row, int column) {
  return str(rows.bytes(row, column));
}

}  // namespace

Reader::Reader(Settings settings) : Reader(std::move(settings), Unchecked{}) {
  const TimePoint deadline = deadline_in(kReaderOpenMs);
  try {
    connect(deadline);
    check_schema(link_, settings_, deadline);
  } catch (const PgError& error) {
    throw explain(error, "open");
  }
}

void Reader::connect(TimePoint deadline) {
  if (link_.is_open()) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < retry_at_) throw last_failure_;
  try {
    link_.open(deadline);
    wait_ = {};
  } catch (const PgError& error) {
    last_failure_ = error;
    wait_ = std::clamp(wait_ * 2, kFirstWait, longest_wait_);
    retry_at_ = std::chrono::steady_clock::now() + wait_;
    throw;
  }
}

Rows Reader::ask(std::string_view text, const Parameters& parameters, std::uint32_t deadline_ms) {
  const TimePoint deadline = deadline_in(deadline_ms);
  for (bool again = true;; again = false) {
    try {
      if (held_ && !link_.is_open()) {
        throw PgError(PgError::Kind::lost, "the connection broke, and what it saw went with it");
      }
      connect(deadline);
      return link_.run(sql(text), parameters, deadline);
    } catch (const PgError& error) {
      // A connection that was cut while it was idle shows only now; a read may be asked twice, but
      // not of the moment that went with it.
      const bool cut = !held_ && !link_.is_open() &&
                       std::chrono::steady_clock::now() >= retry_at_ &&
                       error.kind != PgError::Kind::deadline;
      if (again && cut) continue;
      throw explain(error, "read from");
    }
  }
}

void Reader::apply(const sdk::StoreWrites&, std::uint32_t) {
  throw sdk::StoreError(OC_E_INVAL, "this connection was opened for reading");
}

void Reader::history(oc_str session, std::uint32_t max_entries, std::uint64_t max_bytes,
                     std::uint32_t deadline_ms, oc_visit_entry visit, void* ctx) {
  const Rows rows =
      ask("SELECT place, role, ts_ms, text, meta FROM ("
          "  SELECT t.place, t.role, t.ts_ms, t.text, t.meta,"
          "         sum(octet_length(t.text)) OVER (ORDER BY t.place DESC) AS so_far"
          "  FROM @SCHEMA@.transcript t"
          "  WHERE t.session = (SELECT number FROM @SCHEMA@.sessions WHERE key = sha256($1))"
          "    AND t.place >= (SELECT first FROM @SCHEMA@.sessions WHERE key = sha256($1))"
          "  ORDER BY t.place DESC LIMIT $2) newest"
          " WHERE so_far <= $3 ORDER BY place",
          Parameters().bytes(view(session)).number(max_entries).number(bounded(max_bytes)),
          deadline_ms);
  for (int i = 0; i < rows.size(); ++i) {
    const oc_transcript_entry entry = {sizeof entry,
                                       static_cast<std::uint32_t>(rows.number(i, 1)),
                                       unsigned_at(rows, i, 0),
                                       rows.number(i, 2),
                                       text_at(rows, i, 3),
                                       text_at(rows, i, 4)};
    if (visit(ctx, &entry) == 0) return;
  }
}

void Reader::inbox(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit,
                   std::uint32_t deadline_ms, oc_visit_inbox visit, void* ctx) {
  const bool dead = list == OC_LIST_DEAD;
  const Rows rows =
      ask(std::string("SELECT id, attempts, epoch, received_ms, session, agent, channel, account,"
                      " event_id, payload, ") +
              (dead ? "reason, dead_ms FROM @SCHEMA@.inbox_dead"
                    : "''::bytea, 0::int8 FROM @SCHEMA@.inbox") +
              " WHERE id > $1 ORDER BY id LIMIT $2",
          Parameters().number(bounded(after_id)).number(limit), deadline_ms);
  for (int i = 0; i < rows.size(); ++i) {
    oc_inbox_row out{};
    out.size = sizeof out;
    out.id = unsigned_at(rows, i, 0);
    out.attempts = static_cast<std::uint32_t>(rows.number(i, 1));
    out.epoch = unsigned_at(rows, i, 2);
    out.received_ms = rows.number(i, 3);
    out.session = text_at(rows, i, 4);
    out.agent = text_at(rows, i, 5);
    out.channel = text_at(rows, i, 6);
    out.account = text_at(rows, i, 7);
    out.event_id = text_at(rows, i, 8);
    out.payload_json = text_at(rows, i, 9);
    out.reason = text_at(rows, i, 10);
    out.dead_ms = rows.number(i, 11);
    if (visit(ctx, &out) == 0) return;
  }
}

void Reader::outbox(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit,
                    std::uint32_t deadline_ms, oc_visit_outbox visit, void* ctx) {
  const bool dead = list == OC_LIST_DEAD;
  const Rows rows =
      ask(std::string("SELECT id, state, updated_ms, created_ms, expires_ms, session, channel,"
                      " account, idem_key, payload, ") +
              (dead ? "reason FROM @SCHEMA@.outbox_held" : "''::bytea FROM @SCHEMA@.outbox") +
              " WHERE id > $1 ORDER BY id LIMIT $2",
          Parameters().number(bounded(after_id)).number(limit), deadline_ms);
  for (int i = 0; i < rows.size(); ++i) {
    const oc_outbox_entry entry = {sizeof entry,        0,
                                   text_at(rows, i, 5), text_at(rows, i, 6),
                                   text_at(rows, i, 7), text_at(rows, i, 8),
                                   text_at(rows, i, 9), rows.number(i, 3),
                                   rows.number(i, 4)};
    oc_outbox_row out{};
    out.size = sizeof out;
    out.id = unsigned_at(rows, i, 0);
    out.state = static_cast<std::uint32_t>(rows.number(i, 1));
    out.updated_ms = rows.number(i, 2);
    out.reason = text_at(rows, i, 10);
    out.entry = &entry;
    if (visit(ctx, &out) == 0) return;
  }
}

namespace {
oc_kv_row kv_row(const Rows& rows, int i) {
  return {sizeof(oc_kv_row), 0, text_at(rows, i, 0), text_at(rows, i, 1), unsigned_at(rows, i, 2)};
}
}  // namespace

void Reader::kv(oc_str ns, oc_str prefix, oc_str after_key, std::uint32_t limit,
                std::uint32_t deadline_ms, oc_visit_kv visit, void* ctx) {
  const auto wanted = view(prefix), last = view(after_key);
  // The first columns are those of the index, which holds no whole keys.
  const Rows rows = ask(
      "SELECT key, value, version FROM @SCHEMA@.kv"
      " WHERE substr(ns, 1, 256) = substr($1, 1, 256) AND substr(key, 1, 512) >= substr($2, 1, 512)"
      "   AND ns = $1 AND key >= $2 AND key > $3"
      " ORDER BY substr(key, 1, 512), key LIMIT $4",
      Parameters().bytes(view(ns)).bytes(std::max(wanted, last)).bytes(last).number(limit),
      deadline_ms);
  for (int i = 0; i < rows.size(); ++i) {
    const oc_kv_row out = kv_row(rows, i);
    // Those that begin alike lie side by side.
    if (!view(out.key).starts_with(wanted)) return;
    if (visit(ctx, &out) == 0) return;
  }
}

void Reader::kv_get(oc_str ns, oc_str key, std::uint32_t deadline_ms, oc_visit_kv visit,
                    void* ctx) {
  const Rows rows =
      ask("SELECT key, value, version FROM @SCHEMA@.kv WHERE digest = @SCHEMA@.digest($1, $2, '')",
          Parameters().bytes(view(ns)).bytes(view(key)), deadline_ms);
  if (rows.size() == 0) throw sdk::StoreError(OC_E_NOTFOUND, "no such key");
  const oc_kv_row out = kv_row(rows, 0);
  visit(ctx, &out);
}

namespace {
oc_session_row session_row(const Rows& rows, int i) {
  return {sizeof(oc_session_row),  0,
          text_at(rows, i, 0),     unsigned_at(rows, i, 1),
          unsigned_at(rows, i, 2), rows.number(i, 3)};
}
}  // namespace

void Reader::sessions(oc_str prefix, oc_str after, std::uint32_t limit, std::uint32_t deadline_ms,
                      oc_visit_session visit, void* ctx) {
  const auto wanted = view(prefix), last = view(after);
  const Rows rows =
      ask("SELECT session, entries, bytes, updated_ms FROM @SCHEMA@.sessions"
          " WHERE substr(session, 1, 512) >= substr($1, 1, 512) AND session >= $1"
          "   AND session > $2"
          " ORDER BY substr(session, 1, 512), session LIMIT $3",
          Parameters().bytes(std::max(wanted, last)).bytes(last).number(limit), deadline_ms);
  for (int i = 0; i < rows.size(); ++i) {
    const oc_session_row out = session_row(rows, i);
    if (!view(out.session).starts_with(wanted)) return;
    if (visit(ctx, &out) == 0) return;
  }
}

void Reader::idle_sessions(std::int64_t before_ms, std::uint32_t limit, std::uint32_t deadline_ms,
                           oc_visit_session visit, void* ctx) {
  const Rows rows =
      ask("SELECT session, entries, bytes, updated_ms FROM @SCHEMA@.sessions WHERE updated_ms < $1"
          " ORDER BY updated_ms, session LIMIT $2",
          Parameters().number(before_ms).number(limit), deadline_ms);
  for (int i = 0; i < rows.size(); ++i) {
    const oc_session_row out = session_row(rows, i);
    if (visit(ctx, &out) == 0) return;
  }
}

void Reader::stats(std::uint32_t deadline_ms, oc_put_text put, void* ctx) {
  const Rows row =
      ask("SELECT coalesce(sum(inbox), 0)::int8, coalesce(sum(outbox), 0)::int8,"
          "  coalesce(sum(inbox_dead), 0)::int8, coalesce(sum(outbox_held), 0)::int8,"
          "  (SELECT count(*) FROM @SCHEMA@.outbox_held WHERE state = 4),"
          "  coalesce(max(max_epoch), 0),"
          "  (SELECT sum(pg_catalog.pg_total_relation_size(c.oid))::int8 FROM pg_catalog.pg_class c"
          "   WHERE c.relnamespace = pg_catalog.to_regnamespace($1)::oid AND c.relkind = 'r'),"
          "  coalesce(sum(sessions), 0)::int8, coalesce(sum(text_bytes), 0)::int8,"
          "  (extract(epoch FROM clock_timestamp()) OPERATOR(pg_catalog.*) 1000)::int8"
          " FROM @SCHEMA@.gateways",
          Parameters().text(sql("@SCHEMA@")), deadline_ms);
  constexpr const char* kNames[] = {"inbox",         "outbox",   "deadInbox", "deadOutbox",
                                    "unknownOutbox", "maxEpoch", "bytes",     "sessions",
                                    "usedBytes",     "nowMs"};
  std::string json;
  for (int i = 0; i < static_cast<int>(std::size(kNames)); ++i) {
    json += std::string(i == 0 ? "{" : ",") + '"' + kNames[i] +
            "\":" + std::to_string(row.number(0, i));
  }
  json += '}';
  put(ctx, str(json));
}

void Reader::hold_moment() {
  const TimePoint deadline = deadline_in(kReaderOpenMs);
  try {
    link_.run_script(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
        "SET LOCAL search_path = pg_catalog, pg_temp",
        deadline);
  } catch (const PgError& error) {
    throw explain(error, "open");
  }
  held_.emplace();  // from here on a connection that breaks is not replaced
  held_ = Dump([this](std::string_view text, const Parameters& parameters) {
            return ask(text, parameters, kReaderOpenMs);
          }).given();
}

void Reader::dump(oc_str after, std::uint64_t max_bytes, std::uint32_t deadline_ms,
                  oc_visit_record visit, oc_put_text put_next, void* ctx) {
  const TimePoint deadline = deadline_in(deadline_ms);
  Dump dump([this, deadline](std::string_view text, const Parameters& parameters) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    return ask(text, parameters,
               static_cast<std::uint32_t>(std::max<std::int64_t>(left.count(), 1)));
  });
  dump.run(held_ ? *held_ : dump.given(), view(after), max_bytes, visit, put_next, ctx);
}

void Reader::wait(oc_str instance, std::uint32_t max_ms) {
  const TimePoint until = deadline_in(max_ms);
  if (held_) throw sdk::StoreError(OC_E_INVAL, "this connection sees one moment only");
  if (!listener_.is_deaf()) {
    try {
      connect(until);
      listener_.wait(link_, settings_.schema, view(instance), until);
    } catch (const PgError& error) {
      if (error.kind != PgError::Kind::deadline) throw explain(error, "listen to");
    }
  }
  // In this round, or from an earlier one on.
  if (listener_.is_deaf()) Listener::sleep(until);
}

void Reader::members(std::uint32_t deadline_ms, oc_visit_member visit, void* ctx) {
  // A member's leases lie side by side.
  const Rows rows =
      ask("SELECT pg_catalog.convert_to(g.instance, 'UTF8'), g.info,"
          "  pg_catalog.convert_to(g.holder, 'UTF8'),"
          "  (extract(epoch FROM g.since) OPERATOR(pg_catalog.*) 1000)::int8,"
          "  least((extract(epoch FROM g.leased_until - clock_timestamp())"
          "         OPERATOR(pg_catalog.*) 1000)::int8, g.lease_ms),"
          "  (SELECT count(*) FROM @SCHEMA@.inbox i WHERE i.member = g.member AND i.member > 0),"
          "  (SELECT count(*) FROM @SCHEMA@.outbox o WHERE o.member = g.member AND o.member > 0),"
          "  l.name IS NOT NULL, coalesce(l.name, '')"
          " FROM @SCHEMA@.gateways g LEFT JOIN @SCHEMA@.leases l ON l.member = g.member"
          " WHERE g.member > 0 AND g.leased_until >= clock_timestamp()"
          " ORDER BY 1, l.name",
          {}, deadline_ms);
  for (int i = 0; i < rows.size();) {
    const int first = i;
    auto leases = nlohmann::json::array();
    do {
      if (rows.flag(i, 7)) leases.push_back(rows.bytes(i, 8));
    } while (++i < rows.size() && rows.bytes(i, 0) == rows.bytes(first, 0));
    const std::string process = sdk::name_of_holder(rows.bytes(first, 2));
    const std::string leases_json = sdk::to_text(leases);
    oc_member_row out{};
    out.size = sizeof out;
    out.instance = text_at(rows, first, 0);
    out.info_json = text_at(rows, first, 1);
    out.process = str(process);
    out.leases_json = str(leases_json);
    out.since_ms = rows.number(first, 3);
    out.lease_left_ms = rows.number(first, 4);
    out.messages = unsigned_at(rows, first, 5);
    out.replies = unsigned_at(rows, first, 6);
    if (visit(ctx, &out) == 0) return;
  }
}

std::uint64_t Reader::max_epoch(std::uint32_t deadline_ms) {
  const Rows row =
      ask("SELECT coalesce(max(max_epoch), 0) FROM @SCHEMA@.gateways", {}, deadline_ms);
  return unsigned_at(row, 0, 0);
}

}  // namespace openclaw::postgres
