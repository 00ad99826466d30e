// Opens the file for the one writer or for a reader, with all checks.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "openclaw/cpp/storage.hpp"

namespace openclaw::sqlite {

/// Locks, checks and migrates. Throws StoreError whose sentence names the remedy.
/// `warn` is given what an operator should look at: an event of the log, and what to do.
using Warn = std::function<void(const std::string& event, const std::string& words)>;
std::unique_ptr<sdk::StoreConnection> open_writer(const std::string& path, const Warn& warn);
std::unique_ptr<sdk::StoreConnection> open_reader(const std::string& path);
/// A reader that sees this moment until it is closed.
std::unique_ptr<sdk::StoreConnection> open_snapshot(const std::string& path);

}  // namespace openclaw::sqlite
