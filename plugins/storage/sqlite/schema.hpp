// The embedded text of schema.sql.
#pragma once

namespace openclaw::sqlite {

extern const char* const kSchema;

}  // namespace openclaw::sqlite
