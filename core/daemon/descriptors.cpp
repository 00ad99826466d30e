#include "core/daemon/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>

namespace openclaw::daemon {

namespace {

constexpr std::size_t kMaxConnections = 10000, kMaxMetricsConnections = 64;
/// A connection may ask for an answer, and the one to the provider takes two: libcurl's own and the
/// duplicate that is watched.
constexpr std::size_t kForEach = 3;
/// Where /proc cannot be read: more than a gateway with many plugins has open when it starts.
constexpr std::size_t kUncounted = 200;

}  // namespace

DescriptorShare share_descriptors(std::size_t limit, std::size_t in_use) {
  const std::size_t free = limit > in_use ? limit - in_use : 0;
  return {std::clamp<std::size_t>(free / kForEach, 1, kMaxConnections),
          std::clamp<std::size_t>(free / 8, 1, kMaxMetricsConnections)};
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  // Refused: then the lower one is shared out.
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

std::size_t descriptor_limit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

std::size_t open_descriptors() {
  std::error_code ec;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", ec), end; !ec && entry != end;
       entry.increment(ec)) {
    ++count;
  }
  return ec || count == 0 ? kUncounted : count;
}

}  // namespace openclaw::daemon
