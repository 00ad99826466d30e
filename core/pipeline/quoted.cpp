#include "core/pipeline/quoted.hpp"

#include <nlohmann/json.hpp>

namespace openclaw::pipeline {

using nlohmann::json;

namespace {

/// Whether JSON has it as it is. Looks at all of it: without an early end many characters at a time
/// are compared, and every turn reads its whole conversation here.
bool is_plain(std::string_view text) {
  unsigned strange = 0;
  for (const char character : text) {
    const auto c = static_cast<unsigned char>(character);
    strange |= unsigned{c < 0x20} | unsigned{c >= 0x7F} | unsigned{c == '"'} | unsigned{c == '\\'};
  }
  return strange == 0;
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  }
}

}  // namespace openclaw::pipeline
