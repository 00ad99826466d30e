// openclaw gateway stop
#pragma once

namespace openclaw::cli {

/// Exit status: 0 once it has drained and ended, 1 when it does not end, 3 when none runs.
int stop_gateway(bool dev);

}  // namespace openclaw::cli
