// Reads a stored message's JSON into variables.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/pipeline/ports.hpp"

namespace openclaw::pipeline {

/// Which members are asked for, and where their values belong. Others are passed over, whatever
/// they hold (but for numbers beyond 64 bits, and what is nested more than 1024 deep): a newer
/// gateway may have written them. Of a member that is there twice the last one counts. Lent for one
/// call: the list of texts is gone behind it.
struct MessageFields {
  std::initializer_list<std::pair<std::string_view, std::string*>> texts;
  std::vector<Attachment>& attachments;
  std::int64_t* ts = nullptr;
  bool* mentioned = nullptr;
};

/// Empty when `json` is an object with values of the right types; else why not, to stand behind "an
/// inbox row". On any thread.
std::string read_fields(std::string_view json, const MessageFields& fields);

}  // namespace openclaw::pipeline
