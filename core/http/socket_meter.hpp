// Asks the kernel how much a connection has brought.
#pragma once

#include <cstdint>
#include <optional>

namespace openclaw::http {

/// Bytes that this process has read from the TCP socket `fd` since it was connected; nullopt where
/// the kernel does not say.
std::optional<std::uint64_t> bytes_read(int fd);

}  // namespace openclaw::http
