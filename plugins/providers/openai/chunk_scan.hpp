// Looks at a chat.completion.chunk without building a document: for streams that are passed on.
#pragma once

#include <string_view>

namespace openclaw::openai {

struct ChunkScan {
  bool object = false;    ///< one JSON object, whole: strings closed, brackets paired
  bool error = false;     ///< a top-level "error" that is not null
  bool choices = false;   ///< a top-level "choices"
  bool finished = false;  ///< a choice has a finish_reason that is not null
  bool delta = false;     ///< a choice's delta holds something beside its role
};

/// One pass, no allocation. Values inside the brackets are not checked further.
ChunkScan scan_chunk(std::string_view text);

}  // namespace openclaw::openai
