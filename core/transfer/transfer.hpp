// Whole stores: into a backup, out of one, and from one engine to another.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/archive/archive_file.hpp"
#include "core/host/storage/whole_store.hpp"

namespace openclaw::transfer {

/// The value that a store holds while it is being filled; a gateway does not start on such a one.
constexpr const char* kNamespace = "transfer";
constexpr const char* kKey = "state";
/// What the name of a backup that is restored begins with.
constexpr const char* kOfBackup = "the backup with the checksum ";

enum class Phase : std::uint8_t { moving, comparing };

/// What a command shows meanwhile: how much of the phase is done, from 0 to 1, and its records so
/// far.
using Progress = std::function<void(Phase phase, double done, std::uint64_t records)>;

/// In words that name the remedy, when `state` is what a store holds under kKey.
Error unfinished(const std::string& state);

/// All that `from` holds goes into `to`, which is not finished yet.
Result<void> back_up(host::WholeStore& from, archive::ArchiveWriter& to, const Progress& progress);

/// Reads the backup to its end, and nothing else.
Result<archive::Tally> verify(archive::ArchiveReader& backup, const Progress& progress);

/// Fills `to`, which must be empty, or hold what an earlier call for the same backup left; and
/// reads it back. `name` is the backup's.
Result<archive::Tally> restore(archive::ArchiveReader& backup, const std::string& name,
                               host::WholeStore& to, const Progress& progress);

/// Fills `to`, which must be empty, or goes on where an earlier call from the same place ended;
/// then compares both. Nobody writes to `from` meanwhile. `name` says where it comes from.
Result<archive::Tally> migrate(host::WholeStore& from, const std::string& name,
                               host::WholeStore& to, const Progress& progress);

}  // namespace openclaw::transfer
