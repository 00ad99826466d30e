// Which uploaded files there are, whose they are, which one has to go.
//
// Without I/O; times are Unix milliseconds. Their bytes lie elsewhere, in parts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openclaw::webchat {

constexpr std::uint64_t kPartBytes = std::uint64_t{256} * 1024;  ///< of each part but the last
constexpr std::size_t kMaxFiles = 512;  ///< of everybody; their list is one value of 1 MiB
constexpr std::size_t kMaxName = 200;   ///< bytes of UTF-8
constexpr std::size_t kMaxMessageFiles = 10;

struct FileLimits {
  std::uint64_t file_bytes = std::uint64_t{10} << 20U;
  std::uint64_t all_bytes = std::uint64_t{200} << 20U;
  std::int64_t age_ms = std::int64_t{7} * 24 * 3'600'000;
  std::size_t uploads = 32;  ///< under way at once
  /// One person holds at most half of what there is room for.
  [[nodiscard]] std::uint64_t person_bytes() const { return all_bytes / 2; }
};

enum class FileState {
  kArriving,  ///< not all of its bytes are there
  kThere,
  kGoing,      ///< nobody gets it any more; its parts are being erased
  kElsewhere,  ///< another run brings it, or erases it
};

struct StoredFile {
  std::string id, owner, name, mime;
  std::uint64_t bytes = 0;
  std::int64_t since = 0;
  FileState state = FileState::kArriving;
  std::string run{};    ///< kElsewhere: whose
  bool listed = false;  ///< it stood in the stored list when that was read or written last
  [[nodiscard]] std::uint64_t parts() const { return (bytes + kPartBytes - 1) / kPartBytes; }
  [[nodiscard]] std::uint64_t part_bytes(std::uint64_t part) const {
    return std::min(kPartBytes, bytes - part * kPartBytes);
  }
};

/// The last part of a path, without control characters, at most kMaxName bytes; "file" for none.
std::string file_name(std::string_view name);
/// `mime` in lower case when it is a media type without parameters, else application/octet-stream.
std::string media_type(std::string_view mime);
/// 32 hex digits, as new ids are.
bool valid_file_id(std::string_view id);

class FileIndex {
 public:
  /// `run` names this process: what it brings and what it erases is nobody else's care.
  explicit FileIndex(FileLimits limits = {}, std::string run = {})
      : limits_(limits), run_(std::move(run)) {}

  enum class Begun { kYes, kEmpty, kTooLarge, kFull };
  /// Makes room for a file that arrives, by letting the oldest go: the person's own first, while
  /// they have more than their share.
  Begun begin(StoredFile file);
  /// All of its bytes are there. False when it is not arriving.
  bool arrived(std::string_view id);
  void let_go(std::string_view id);
  void let_go_old(std::int64_t now);
  /// A file whose parts are to be erased, one of `busy` excepted; nullptr when there is none.
  [[nodiscard]] const StoredFile* going(const std::set<std::string>& busy) const;
  /// Its parts are gone.
  void forget(std::string_view id);

  /// A file that is there.
  [[nodiscard]] const StoredFile* find(std::string_view id) const;
  /// The same, when it is theirs.
  [[nodiscard]] const StoredFile* find(std::string_view id, std::string_view owner) const;
  [[nodiscard]] const StoredFile* arriving(std::string_view id) const;

  [[nodiscard]] std::string encode() const;
  /// What is stored, by other runs too, and what is only known here. What of others has not arrived
  /// is theirs until they end; what names no run is to be erased. False, and nothing is taken, when
  /// it is not ours.
  bool decode(std::string_view json);
  /// What encode() gave has been stored.
  void stored(const std::vector<std::string>& ids);
  [[nodiscard]] std::vector<std::string> ids() const;
  [[nodiscard]] std::set<std::string> other_runs() const;
  /// That run has ended: what it had not brought never comes, and what it erased goes on going.
  void take_over(const std::string& run);
  [[nodiscard]] const FileLimits& limits() const { return limits_; }

 private:
  struct Held {
    std::uint64_t bytes = 0, arriving_bytes = 0;
    std::size_t files = 0, arriving = 0;
  };
  [[nodiscard]] Held held(std::string_view owner = {}) const;
  bool let_oldest_go(std::string_view owner = {});

  FileLimits limits_;
  std::string run_;
  std::map<std::string, StoredFile, std::less<>> files_;
};

}  // namespace openclaw::webchat
