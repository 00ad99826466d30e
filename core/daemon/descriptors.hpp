// Shares the process's file descriptors out between strangers' connections and everything else.
#pragma once

#include <cstddef>

namespace openclaw::daemon {

/// How many connections the listening ports may hold.
struct DescriptorShare {
  std::size_t connections = 0, metrics_connections = 0;
};

/// Of `limit` descriptors `in_use` are taken when the ports are opened. Whoever can reach a port
/// can hold connections to it, so they never get those that channels, providers and the store need.
DescriptorShare share_descriptors(std::size_t limit, std::size_t in_use);

/// Raises the process's own limit as far as it is allowed to.
void raise_descriptor_limit();
std::size_t descriptor_limit();
std::size_t open_descriptors();

}  // namespace openclaw::daemon
