// What an operator should look at: an event of the log, and what to do.
#pragma once

#include <functional>
#include <string>

namespace openclaw::sqlite {

using Warn = std::function<void(const std::string& event, const std::string& words)>;

}  // namespace openclaw::sqlite
