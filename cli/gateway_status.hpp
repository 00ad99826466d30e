// openclaw gateway status
#pragma once

namespace openclaw::cli {

/// Exit status: 0 when a gateway runs and all is well, 1 when it is degraded or silent, 3 when none
/// runs (as LSB has it).
int show_status(bool json, bool dev);

}  // namespace openclaw::cli
