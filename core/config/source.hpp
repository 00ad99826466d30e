// Reads the configuration file's text, refusing what no configuration can be.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/config/diagnostic.hpp"
#include "core/runtime/error.hpp"

namespace openclaw::config {

inline constexpr std::size_t max_file_bytes = 1U << 20U;
inline constexpr int max_depth = 64;
inline constexpr std::size_t max_nodes = 50000;
inline constexpr std::size_t max_aliases = 1000;

/// Long enough for a key service or a passphrase; within what systemd gives a start.
inline constexpr std::chrono::milliseconds max_pipe_wait{60'000};

/// Regular files that not everybody may write, and pipes (so that `--config <(sops -d …)` works)
/// whose writers are done within `pipe_wait`; up to max_file_bytes.
Result<std::string> read_source(const std::string& path,
                                std::chrono::milliseconds pipe_wait = max_pipe_wait);

/// Refuses a folder in which anybody could put another file in the configuration's place.
Result<void> check_folder(const std::string& folder);

/// Whether it is a file whose mode lets everybody read it.
bool is_public(const std::string& path);

bool is_folder(const std::string& path);

/// The first reason not to hand the text to the YAML parser: NUL bytes, invalid UTF-8, brackets
/// nested too deeply or too many. Nothing when the text may be parsed.
std::optional<Diagnostic> reject_source(std::string_view text, const std::string& file);

bool is_utf8(std::string_view text);

/// The bytes at the front of the text that the parser neither reads nor counts.
std::size_t byte_order_mark(std::string_view text);

}  // namespace openclaw::config
