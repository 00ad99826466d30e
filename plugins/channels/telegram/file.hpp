// Where a file of Telegram's is, as getFile says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "answer.hpp"

namespace openclaw::telegram {

struct File {
  std::string path;
  std::uint64_t bytes = 0;  ///< 0: not said
};

/// Absent: not what getFile promises.
std::optional<File> decode_file(const std::string& body);

/// The path of the file's address, percent-encoded, behind ".../file/bot<token>/". Absent for what
/// could lead elsewhere, and for the place on its own disk that a Bot API server in local mode
/// names.
std::optional<std::string> file_path(const std::string& path);

/// What the host shall do about a fetch whose getFile failed so.
sdk::Failure file_failure(const ApiError& error, const std::string& key_prefix);

}  // namespace openclaw::telegram
