#include "statement_names.hpp"

#include <functional>

namespace openclaw::postgres {

namespace {

constexpr char kUnknownName[] = "26000";  // invalid_sql_statement_name
constexpr char kNameIsTaken[] = "42P05";  // duplicate_prepared_statement
constexpr char kPlanIsStale[] = "0A000";  // "cached plan must not change result type"

/// The function that `sql` calls first, as ".apply(", for who looks at pg_prepared_statements.
std::string called_by(const std::string& sql) {
  constexpr std::size_t kMost = 24;
  const auto open = sql.find('(');
  const auto dot = open == std::string::npos ? open : sql.rfind('.', open);
  return dot == std::string::npos || open - dot > kMost ? "" : sql.substr(dot, open - dot + 1);
}

}  // namespace

std::string StatementNames::name_for(const std::string& sql) {
  if (useless_) return {};
  const auto found = statements_.find(sql);
  if (found == statements_.end()) {
    if (statements_.size() < kMost) {
      statements_[sql].name = "openclaw_" + std::to_string(sql.size()) + "_" +
                              std::to_string(std::hash<std::string>()(sql)) + called_by(sql);
    }
    return {};
  }
  return found->second.name;
}

bool StatementNames::is_prepared(const std::string& sql) const {
  const auto found = statements_.find(sql);
  return found != statements_.end() && found->second.prepared;
}

void StatementNames::prepared(const std::string& sql) {
  statements_[sql].prepared = true;
}

bool StatementNames::refused(const PgError& error) {
  if (error.kind != PgError::Kind::server) return false;
  const std::string& state = error.sqlstate;
  const bool refused = state == kUnknownName || state == kNameIsTaken || state == kPlanIsStale;
  useless_ = useless_ || refused;
  return refused;
}

}  // namespace openclaw::postgres
