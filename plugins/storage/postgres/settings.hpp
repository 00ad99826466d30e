// The storage section, and SQL for its schema.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::postgres {

struct Settings {
  std::string url;
  std::string schema = "openclaw";
};

/// Throws sdk::Refused with a sentence that names the key.
Settings read_settings(std::string_view section_json);

/// `text` with the schema's quoted name in place of @SCHEMA@.
std::string for_schema(std::string_view text, const std::string& schema);

}  // namespace openclaw::postgres
