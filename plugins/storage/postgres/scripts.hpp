// The embedded texts of the .sql files.
#pragma once

#include <string>

namespace openclaw::postgres {

extern const char* const kSchemaScript;
extern const char* const kSchema2Script;
extern const char* const kSchema3Script;
/// All functions, which are made anew with each version.
std::string functions_script();

}  // namespace openclaw::postgres
