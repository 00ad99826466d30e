// Arms and counts failpoints from the environment.
#ifdef OPENCLAW_FAILPOINTS
#include "core/runtime/failpoint.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

namespace openclaw::runtime {
namespace {
struct Armed {
  std::string name;
  long nth = 0;
  std::atomic<long> passes{0};
  Armed() {
    const char* text = std::getenv("OPENCLAW_FAILPOINT");
    if (text == nullptr) return;
    const std::string spec(text);
    const auto colon = spec.rfind(':');
    name = spec.substr(0, colon);
    nth = colon == std::string::npos ? 1 : std::strtol(spec.c_str() + colon + 1, nullptr, 10);
  }
};
}  // namespace

void pass_failpoint(std::string_view name) {
  static Armed armed;
  if (armed.nth > 0 && armed.name == name && armed.passes.fetch_add(1) + 1 == armed.nth) {
    ::_exit(86);
  }
}

}  // namespace openclaw::runtime
#endif
