// Bounds and life of uploaded files.
#include "file_index.hpp"

#include <algorithm>

#include "openclaw/cpp/json.hpp"

namespace openclaw::webchat {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxMime = 100;
constexpr std::size_t kMaxRun = 32;
constexpr const char* kAnyBytes = "application/octet-stream";

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$&^_.+-").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string file_name(std::string_view name) {
  if (const auto slash = name.find_last_of("/\\"); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  std::string out;
  for (const char c : name) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 0x20 && u != 0x7F) out += c;
  }
  if (out.size() > kMaxName) {
    std::size_t end = kMaxName;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
    out.resize(end);
  }
  return out.find_first_not_of(" .") == std::string::npos ? "file" : out;
}

std::string media_type(std::string_view mime) {
  std::string type(mime.substr(0, std::min(mime.find(';'), mime.size())));
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  while (type.ends_with(' ')) type.pop_back();
  const auto slash = type.find('/');
  const bool valid = type.size() <= kMaxMime && slash != std::string::npos &&
                     is_token(std::string_view(type).substr(0, slash)) &&
                     is_token(std::string_view(type).substr(slash + 1));
  return valid ? type : kAnyBytes;
}

bool valid_file_id(std::string_view id) {
  return id.size() == 32 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

FileIndex::Held FileIndex::held(std::string_view owner) const {
  Held sum;
  for (const auto& [id, file] : files_) {
    const bool ours = file.state == FileState::kThere || file.state == FileState::kArriving;
    if (!ours || (!owner.empty() && file.owner != owner)) continue;
    sum.bytes += file.bytes;
    ++sum.files;
    if (file.state != FileState::kArriving) continue;
    ++sum.arriving;
    sum.arriving_bytes += file.bytes;
  }
  return sum;
}

bool FileIndex::let_oldest_go(std::string_view owner) {
  StoredFile* oldest = nullptr;
  for (auto& [id, file] : files_) {
    if (file.state != FileState::kThere || (!owner.empty() && file.owner != owner)) continue;
    if (oldest == nullptr || file.since < oldest->since) oldest = &file;
  }
  if (oldest == nullptr) return false;
  oldest->state = FileState::kGoing;
  return true;
}

FileIndex::Begun FileIndex::begin(StoredFile file) {
  if (file.bytes == 0) return Begun::kEmpty;
  if (file.bytes > limits_.file_bytes || file.bytes > limits_.person_bytes()) {
    return Begun::kTooLarge;
  }
  // Those that go still fill the list until their parts are gone, however many go at once.
  if (held().arriving >= limits_.uploads || files_.size() >= 2 * kMaxFiles) return Begun::kFull;
  // What arrives never goes, so others would go in vain.
  if (held(file.owner).arriving_bytes + file.bytes > limits_.person_bytes() ||
      held().arriving_bytes + file.bytes > limits_.all_bytes) {
    return Begun::kFull;
  }
  // Nobody's many small files push out those of the others.
  while (held(file.owner).bytes + file.bytes > limits_.person_bytes() ||
         held(file.owner).files >= kMaxFiles / 4) {
    if (!let_oldest_go(file.owner)) return Begun::kFull;
  }
  while (held().bytes + file.bytes > limits_.all_bytes || held().files >= kMaxFiles) {
    if (!let_oldest_go()) return Begun::kFull;
  }
  file.state = FileState::kArriving;
  std::string id = file.id;
  files_.insert_or_assign(std::move(id), std::move(file));
  return Begun::kYes;
}

bool FileIndex::arrived(std::string_view id) {
  const auto it = files_.find(id);
  if (it == files_.end() || it->second.state != FileState::kArriving) return false;
  it->second.state = FileState::kThere;
  return true;
}

void FileIndex::let_go(std::string_view id) {
  const auto it = files_.find(id);
  if (it != files_.end() && it->second.state != FileState::kElsewhere) {
    it->second.state = FileState::kGoing;
  }
}

void FileIndex::let_go_old(std::int64_t now) {
  for (auto& [id, file] : files_) {
    if (file.state == FileState::kThere && now >= file.since + limits_.age_ms) {
      file.state = FileState::kGoing;
    }
  }
}

const StoredFile* FileIndex::going(const std::set<std::string>& busy) const {
  for (const auto& [id, file] : files_) {
    if (file.state == FileState::kGoing && busy.count(id) == 0) return &file;
  }
  return nullptr;
}

void FileIndex::forget(std::string_view id) {
  if (const auto it = files_.find(id); it != files_.end()) files_.erase(it);
}

const StoredFile* FileIndex::find(std::string_view id) const {
  const auto it = files_.find(id);
  return it == files_.end() || it->second.state != FileState::kThere ? nullptr : &it->second;
}

const StoredFile* FileIndex::find(std::string_view id, std::string_view owner) const {
  const StoredFile* file = find(id);
  return file == nullptr || file->owner != owner ? nullptr : file;
}

const StoredFile* FileIndex::arriving(std::string_view id) const {
  const auto it = files_.find(id);
  return it == files_.end() || it->second.state != FileState::kArriving ? nullptr : &it->second;
}

std::string FileIndex::encode() const {
  json list = json::array();
  for (const auto& [id, file] : files_) {
    json entry = {{"id", id},          {"owner", file.owner}, {"name", file.name},
                  {"mime", file.mime}, {"bytes", file.bytes}, {"since", file.since}};
    if (file.state == FileState::kThere) {
      entry["there"] = true;
    } else if (const auto& run = file.state == FileState::kElsewhere ? file.run : run_;
               !run.empty()) {
      entry["run"] = run;
    }
    list.push_back(std::move(entry));
  }
  return sdk::to_text({{"files", std::move(list)}});
}

bool FileIndex::decode(std::string_view text) {
  const json stored = sdk::parse_bounded(text);
  const json* list = sdk::find_array(stored, "files");
  if (list == nullptr) return false;
  std::set<std::string> names;
  for (const json& entry : *list) {
    StoredFile file{sdk::string_at(entry, "id"),
                    sdk::string_at(entry, "owner"),
                    sdk::string_at(entry, "name"),
                    sdk::string_at(entry, "mime"),
                    sdk::count_at(entry, "bytes"),
                    sdk::integer_at(entry, "since"),
                    sdk::flag_at(entry, "there") ? FileState::kThere : FileState::kGoing,
                    sdk::string_at(entry, "run"),
                    true};
    if (!valid_file_id(file.id) || names.size() >= 2 * kMaxFiles) continue;
    if (file.state == FileState::kGoing && !file.run.empty() && file.run != run_ &&
        file.run.size() <= kMaxRun) {
      file.state = FileState::kElsewhere;
    }
    names.insert(file.id);
    const auto known = files_.find(file.id);
    // Of what arrives or goes by this run's doing, this run knows best.
    if (known != files_.end() && (known->second.state == FileState::kGoing ||
                                  (known->second.state != FileState::kElsewhere &&
                                   (file.run == run_ || file.state == FileState::kThere)))) {
      known->second.listed = true;
      continue;
    }
    std::string id = file.id;
    files_.insert_or_assign(std::move(id), std::move(file));
  }
  // Another run has erased it.
  std::erase_if(files_, [&names](const auto& entry) {
    return entry.second.listed && names.count(entry.first) == 0;
  });
  return true;
}

void FileIndex::stored(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    if (const auto it = files_.find(id); it != files_.end()) it->second.listed = true;
  }
}

std::vector<std::string> FileIndex::ids() const {
  std::vector<std::string> out;
  for (const auto& [id, file] : files_) out.push_back(id);
  return out;
}

std::set<std::string> FileIndex::other_runs() const {
  std::set<std::string> runs;
  for (const auto& [id, file] : files_) {
    if (file.state == FileState::kElsewhere) runs.insert(file.run);
  }
  return runs;
}

void FileIndex::take_over(const std::string& run) {
  for (auto& [id, file] : files_) {
    if (file.state == FileState::kElsewhere && file.run == run) file.state = FileState::kGoing;
  }
}

}  // namespace openclaw::webchat
