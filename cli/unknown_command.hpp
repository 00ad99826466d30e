// Says what is wrong with a command line that names no command of ours.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace openclaw::cli {

/// After `app` refused a command line: which command it lacks or does not know, and what there is.
/// Empty when a command was named, so that something else is wrong.
std::string unknown_command(const CLI::App& app);

}  // namespace openclaw::cli
