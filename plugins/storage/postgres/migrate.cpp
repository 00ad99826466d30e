// The list of schema steps.
#include "migrate.hpp"

#include <array>
#include <optional>

#include "openclaw/cpp/storage.hpp"
#include "opening_lock.hpp"
#include "scripts.hpp"

namespace openclaw::postgres {

namespace {

/// Step i leads from version i to version i + 1. The last one makes the functions.
std::string step(std::int64_t index) {
  switch (index) {
    case 0:
      return kSchemaScript;
    case 1:
      return kSchema2Script;
    case 2:
      return kSchema3Script + functions_script();
    default:
      return {};
  }
}

/// None when there is no such schema, or an empty one.
std::optional<std::int64_t> version_of(Link& link, const Settings& settings, TimePoint deadline) {
  // Not by to_regclass(): what that has cached may be older than a schema made meanwhile.
  const Rows found = link.run(
      "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c"
      "  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      "  WHERE n.nspname = $1 AND c.relname = 'version')",
      Parameters().text(settings.schema), deadline);
  if (!found.flag(0, 0)) return std::nullopt;
  const Rows row = link.run(
      for_schema("SELECT version::int8 FROM @SCHEMA@.version", settings.schema), {}, deadline);
  if (row.size() == 1) return row.number(0, 0);
  throw sdk::StoreError(OC_E_IO, "the schema " + settings.schema +
                                     " belongs to another program and was left as it is; change "
                                     "storage.schema");
}

void refuse_newer(std::int64_t version, const Settings& settings) {
  if (version <= kSchemaVersion) return;
  throw sdk::StoreError(
      OC_E_IO,
      "the schema " + settings.schema + " was written by a newer version of this plugin (version " +
          std::to_string(version) + ", this one knows up to " + std::to_string(kSchemaVersion) +
          ") and was left as it is; install the newer version, or restore a backup");
}

/// Who lives on a schema that is to be changed. The lock makes it certain: a batch under way makes
/// its gateway's lease longer by its commit, and none begins any more.
Claim living(Link& link, const Settings& settings, const std::string& gone, TimePoint deadline) {
  link.run_script(
      for_schema("LOCK TABLE @SCHEMA@.gateways IN ACCESS EXCLUSIVE MODE", settings.schema),
      deadline);
  const Rows row = link.run(
      for_schema("SELECT holder, greatest(0, extract(epoch FROM leased_until - clock_timestamp())"
                 "  * 1000)::int8 FROM @SCHEMA@.gateways"
                 " WHERE leased_until >= clock_timestamp()"
                 "   AND holder <> ALL (string_to_array($1, E'\n'))"
                 " ORDER BY leased_until DESC LIMIT 1",
                 settings.schema),
      Parameters().text(gone), deadline);
  if (row.size() == 0) return {};
  return {false, std::string(row.bytes(0, 0)), row.number(0, 1),
          "the schema " + settings.schema +
              " is in use by a gateway of an older version (%H); end that one, so that the schema "
              "can be brought up to date, or set storage.schema"};
}

Claim run_steps(Link& link, const Settings& settings, bool schema_exists, const std::string& gone,
                TimePoint deadline) {
  lock_opening(link, settings, schema_exists, deadline);
  const auto version = version_of(link, settings, deadline);
  if (version == kSchemaVersion) return {};
  if (version) {
    if (!schema_exists) lock_opening(link, settings, true, deadline);
    refuse_newer(*version, settings);
    if (Claim found = living(link, settings, gone, deadline); !found.done) return found;
  } else {
    link.run_script(for_schema("CREATE SCHEMA IF NOT EXISTS @SCHEMA@", settings.schema), deadline);
  }
  for (std::int64_t at = version.value_or(0); at < kSchemaVersion; ++at) {
    link.run_script(for_schema(step(at), settings.schema), deadline);
    link.run(for_schema("UPDATE @SCHEMA@.version SET version = $1::int8", settings.schema),
             Parameters().number(at + 1), deadline);
  }
  return {};
}

}  // namespace

namespace {

Claim try_to_migrate(Link& link, const Settings& settings, const std::string& gone,
                     TimePoint deadline) {
  const auto version = version_of(link, settings, deadline);
  if (version) refuse_newer(*version, settings);
  if (version == kSchemaVersion) return {};
  // Until its end nothing is taken for the server's that others have put into the schema public.
  link.run_script("BEGIN; SET LOCAL search_path = pg_catalog, pg_temp", deadline);
  try {
    Claim found = run_steps(link, settings, version.has_value(), gone, deadline);
    link.run_script(found.done ? "COMMIT" : "ROLLBACK", deadline);
    return found;
  } catch (const PgError& error) {
    if (error.sqlstate == kLockIsHeld) {
      link.run_script("ROLLBACK", deadline);
    } else {
      link.close();  // rolls back
    }
    throw;
  } catch (...) {
    link.close();
    throw;
  }
}

}  // namespace

Claim migrate(Link& link, const Settings& settings, const std::string& gone, TimePoint deadline) {
  return under_opening_lock(link, settings, deadline,
                            [&] { return try_to_migrate(link, settings, gone, deadline); });
}

void check_schema(Link& link, const Settings& settings, TimePoint deadline) {
  const auto version = version_of(link, settings, deadline);
  if (version) refuse_newer(*version, settings);
  if (version != kSchemaVersion) {
    throw sdk::StoreError(OC_E_AGAIN,
                          "the schema " + settings.schema +
                              (version ? " is of an older version" : " is not set up yet") +
                              "; start the gateway first");
  }
}

}  // namespace openclaw::postgres
