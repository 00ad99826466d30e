// Opens the file for the one writer or for a reader, with all checks.
#pragma once

#include <memory>
#include <string>

#include "openclaw/cpp/storage.hpp"
#include "warn.hpp"

namespace openclaw::sqlite {

/// Locks, checks and migrates. Throws StoreError whose sentence names the remedy.
std::unique_ptr<sdk::StoreConnection> open_writer(const std::string& path, const Warn& warn);
std::unique_ptr<sdk::StoreConnection> open_reader(const std::string& path);
/// A reader that sees this moment until it is closed.
std::unique_ptr<sdk::StoreConnection> open_snapshot(const std::string& path);

}  // namespace openclaw::sqlite
