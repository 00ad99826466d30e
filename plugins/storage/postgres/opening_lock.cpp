// Asks for the lock without waiting in it, so that who holds it can be named.
#include "opening_lock.hpp"

#include <thread>

#include "openclaw/cpp/storage.hpp"

namespace openclaw::postgres {

namespace {

constexpr std::chrono::milliseconds kBetweenTries{50}, kToAskWho{2'000};

std::string lock_name(const Settings& settings) {
  return "openclaw schema " + settings.schema;
}

/// Its pid and role, as far as that can be seen.
std::string holder(Link& link, const Settings& settings, TimePoint deadline) {
  const Rows there = link.run(
      "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c"
      "  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      "  WHERE n.nspname = $1 AND c.relname = 'version')",
      Parameters().text(settings.schema), deadline);
  const std::string who =
      "SELECT a.pid::int8, pg_catalog.convert_to(coalesce(a.usename::text, ''), 'UTF8')"
      " FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
      " WHERE l.granted AND ";
  const Rows row =
      there.flag(0, 0)
          ? link.run(for_schema(who + "l.locktype = 'transactionid' AND l.transactionid IN"
                                      " (SELECT v.xmax FROM @SCHEMA@.version v) LIMIT 1",
                                settings.schema),
                     {}, deadline)
          : link.run(who +
                         "l.locktype = 'advisory' AND l.objsubid::int8 = 1::int8"
                         " AND ((l.classid::int8 << 32) | l.objid::int8)"
                         "   = pg_catalog.hashtextextended($1, 0::int8) LIMIT 1",
                     Parameters().text(lock_name(settings)), deadline);
  if (row.size() == 0) return "another session";
  return "the session with pid " + std::to_string(row.number(0, 0)) + " of the role " +
         std::string(row.bytes(0, 1));
}

}  // namespace

void lock_opening(Link& link, const Settings& settings, bool schema_exists, TimePoint deadline) {
  if (schema_exists) {
    link.run(
        for_schema("SELECT one::int8 FROM @SCHEMA@.version FOR UPDATE NOWAIT", settings.schema), {},
        deadline);
    return;
  }
  const Rows got = link.run(
      "SELECT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended($1, 0::int8))",
      Parameters().text(lock_name(settings)), deadline);
  if (!got.flag(0, 0)) {
    throw PgError(PgError::Kind::server, "another session holds the lock", kLockIsHeld);
  }
}

Claim under_opening_lock(Link& link, const Settings& settings, TimePoint deadline,
                         const std::function<Claim()>& attempt) {
  while (true) {
    try {
      return attempt();
    } catch (const PgError& error) {
      if (error.sqlstate != kLockIsHeld) throw;
    }
    if (std::chrono::steady_clock::now() + kBetweenTries + kToAskWho >= deadline) {
      throw sdk::StoreError(OC_E_AGAIN, "the schema " + settings.schema + " is being opened by " +
                                            holder(link, settings, deadline) +
                                            ", which does not come to an end; end that one "
                                            "(pg_terminate_backend), then start again");
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

}  // namespace openclaw::postgres
