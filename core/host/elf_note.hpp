// Reads a plugin's manifest out of its ELF file, so that no code of it has to run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "core/runtime/error.hpp"

namespace openclaw::host {

inline constexpr std::uint64_t max_plugin_bytes = 512ULL * 1024 * 1024;
inline constexpr std::uint64_t max_manifest_bytes = 256ULL * 1024;

/// A file's bytes by position; read fails when it cannot fill the whole range.
struct ByteSource {
  std::uint64_t size = 0;
  std::function<bool(std::uint64_t at, void* to, std::size_t n)> read;
};

/// The manifest note's bytes. The reason is a phrase that follows a file's name.
Result<std::string> find_note(const ByteSource& source);

/// The same for a file; the reason begins with the file's name.
Result<std::string> read_note(const std::string& file);

/// "echo.so" of "/usr/lib/openclaw/plugins/providers/echo.so": how a reason names a plugin's file.
std::string file_name(const std::string& file);

}  // namespace openclaw::host
