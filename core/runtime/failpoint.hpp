// Named places where a test build can be made to die, to show that nothing accepted is lost.
#pragma once

// OPENCLAW_FAILPOINT=name:nth in the environment ends the process with _exit(86) when the n-th pass
// (counted from 1) reaches the failpoint `name`. Compiled to nothing in release builds.
#ifdef OPENCLAW_FAILPOINTS
#include <string_view>
namespace openclaw::runtime {
/// [any thread] Counts a pass through `name`, and ends the process when it is the armed one.
void pass_failpoint(std::string_view name);
}  // namespace openclaw::runtime
#define OPENCLAW_FAILPOINT_HERE(name) ::openclaw::runtime::pass_failpoint(name)
#else
#define OPENCLAW_FAILPOINT_HERE(name) static_cast<void>(0)
#endif
