// The embedded texts of schema.sql and apply.sql.
#pragma once

namespace openclaw::postgres {

extern const char* const kSchemaScript;
extern const char* const kApplyScript;

}  // namespace openclaw::postgres
