// Finds the sentence for a SQLSTATE (source: PostgreSQL's appendix A, "PostgreSQL Error Codes").
#include "explain.hpp"

namespace openclaw::postgres {

namespace {

struct Remedy {
  const char* states;  ///< a SQLSTATE or its first characters
  oc_status status;
  const char* sentence;
  bool goes_on = false;  ///< by itself, once that is done
};

constexpr const char* kGoesOn = ", it goes on by itself then";

constexpr Remedy kRemedies[] = {
    {"53100", OC_E_IO, "the server's disk is full; free some space there", true},
    {"53200", OC_E_AGAIN, "the server is out of memory"},
    {"53300", OC_E_AGAIN,
     "the server has no connection left; raise max_connections, or lower what others take", true},
    {"53", OC_E_AGAIN, "the server lacks something that it needs"},
    {"57014", OC_E_DEADLINE,
     "the server cancelled it; see its statement_timeout, and whether it is overloaded"},
    {"58", OC_E_IO, "the server's system reports an error; see its log"},
    {"XX001", OC_E_IO, "the server found its data damaged; see its log, and restore a backup"},
    {"XX002", OC_E_IO, "the server found an index damaged; REINDEX the database"},
    {"25006", OC_E_IO,
     "the server is read-only, as a standby is; let storage.url name the primary, or add "
     "target_session_attrs=read-write"},
    {"42501", OC_E_IO,
     "the role may not do that; GRANT it CREATE on the database, or let it own the schema named by "
     "storage.schema"},
    {"3D000", OC_E_IO, "that database does not exist; create it, or change storage.url"},
    {"28", OC_E_IO,
     "the server refuses this role; check the role and the password in storage.url, and the "
     "server's pg_hba.conf"},
    {"55P03", OC_E_AGAIN, "another transaction holds a lock; end that one"},
    {"0A000", OC_E_IO, "the server is too old: PostgreSQL 13 or newer is needed"},
    {"42883", OC_E_IO,
     "a function is missing: either the server is older than PostgreSQL 13, or someone changed the "
     "schema named by storage.schema"},
    {"42P01", OC_E_IO, "a table is missing: someone changed the schema named by storage.schema"},
};

const Remedy* remedy_for(const std::string& state) {
  for (const Remedy& remedy : kRemedies) {
    if (state.starts_with(remedy.states)) return &remedy;
  }
  return nullptr;
}

}  // namespace

sdk::StoreError explain(const PgError& error, const std::string& doing) {
  // Who cannot open it ends.
  const std::string goes_on = doing == "open" ? "" : kGoesOn;
  const std::string words = std::string(" (") + error.what() +
                            (error.sqlstate.empty() ? "" : ", SQLSTATE " + error.sqlstate) + ")";
  const std::string cannot = "cannot " + doing + " PostgreSQL: ";
  switch (error.kind) {
    case PgError::Kind::unreachable:
      return {OC_E_AGAIN, cannot +
                              "it cannot be reached; see that it runs and that storage.url names "
                              "its host and port" +
                              goes_on + words};
    case PgError::Kind::refused:
      return {OC_E_AGAIN, cannot +
                              "it refuses the connection; check role, password, database and "
                              "sslmode in storage.url, and the server's pg_hba.conf" +
                              goes_on + words};
    case PgError::Kind::unusable:
      return {OC_E_INVAL,
              cannot +
                  "storage.url, or a variable PG... of the environment, holds what libpq "
                  "does not take; correct it" +
                  words};
    case PgError::Kind::lost:
      return {OC_E_AGAIN,
              cannot + "the connection was cut; see that the server runs" + goes_on + words};
    case PgError::Kind::deadline:
      return {OC_E_DEADLINE,
              cannot + "it took longer than allowed; the server may be overloaded" + words};
    case PgError::Kind::full:
    case PgError::Kind::server:
      break;
  }
  const Remedy* remedy = remedy_for(error.sqlstate);
  if (remedy != nullptr) {
    return {remedy->status, cannot + remedy->sentence + (remedy->goes_on ? goes_on : "") + words};
  }
  return {OC_E_IO, cannot + "see the message; if it comes again, please report it" + words};
}

bool try_again_at_once(const PgError& error) {
  return error.kind == PgError::Kind::server &&
         (error.sqlstate == "40001" || error.sqlstate == "40P01");
}

}  // namespace openclaw::postgres
