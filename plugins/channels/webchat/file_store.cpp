// Reads, writes and erases keys of oc.state in the right order.
#include "file_store.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace openclaw::webchat {

using nlohmann::json;
using sdk::Failure;

namespace {

constexpr std::string_view kIndexKey = "files";

std::string part_key(const std::string& id, std::uint64_t part) {
  return "file/" + id + "/" + std::to_string(part);
}

Failure busy() {
  return {OC_E_AGAIN, "the gateway takes no more operations", OC_EF_NOT_DONE | OC_EF_RETRY};
}

}  // namespace

FileStore::FileStore(sdk::Host& host, FileLimits limits, std::function<std::string()> new_id)
    : host_(host), index_(limits), new_id_(std::move(new_id)) {}

void FileStore::load(Finished done) {
  const oc_op op =
      host_.state_get(kIndexKey, [this, done](const auto& failure, auto, const std::string& text) {
        if (failure && failure->code != OC_E_NOTFOUND) return done(failure);
        if (!failure && !index_.decode(text)) {
          host_.log(OC_LOG_WARN, "webchat.files_unreadable",
                    json{{"remedy", "files that were uploaded before are lost"}}.dump());
        }
        done(std::nullopt);
        erase_next();
      });
  if (op == 0) done(busy());
}

// One write of the list at a time; whoever comes meanwhile shares the next one.
void FileStore::save(Finished done) {
  waiting_.push_back(std::move(done));
  if (!writing_) write_index();
}

void FileStore::write_index() {
  writing_ = true;
  in_write_ = std::exchange(waiting_, {});
  const auto written = [this](const std::optional<Failure>& failure) {
    writing_ = false;
    for (const Finished& done : std::exchange(in_write_, {})) done(failure);
    if (!writing_ && !waiting_.empty()) write_index();
  };
  const oc_op op = host_.state_put(
      kIndexKey, index_.encode(), OC_STATE_ANY,
      [written](const auto& failure, auto, const std::string&) { written(failure); });
  if (op == 0) host_.post([written] { written(busy()); });
}

FileIndex::Begun FileStore::begin(const NewFile& file, std::string& id, Listed done) {
  id = new_id_();
  const auto begun = index_.begin({id, file.owner, file_name(file.name), media_type(file.mime),
                                   file.bytes, host_.unix_ms(), FileState::kArriving});
  if (begun != FileIndex::Begun::kYes) return begun;
  save([id, done = std::move(done)](const auto& failure) { done(failure, id); });
  erase_next();  // others may have made room
  return begun;
}

void FileStore::put_part(const std::string& id, std::uint64_t part, std::string_view bytes,
                         Finished done) {
  const oc_op op = host_.state_put(part_key(id, part), bytes, OC_STATE_ANY,
                                   [this, id, done](const auto& failure, auto, const std::string&) {
                                     busy_.erase(id);
                                     done(failure);
                                     erase_next();
                                   });
  if (op == 0) return host_.post([done] { done(busy()); });
  busy_.insert(id);
}

void FileStore::finish(const std::string& id, Finished done) {
  if (!index_.arrived(id)) {
    return host_.post([done] { done(Failure{OC_E_NOTFOUND, "the file is gone"}); });
  }
  save(std::move(done));
}

void FileStore::drop(const std::string& id) {
  index_.let_go(id);
  erase_next();
}

void FileStore::read_part(const StoredFile& file, std::uint64_t part, Taken done) {
  const oc_op op = host_.state_get(
      part_key(file.id, part),
      [done, expected = file.part_bytes(part)](const auto& failure, auto, std::string bytes) {
        if (failure) return done(failure, {});
        if (bytes.size() != expected) {
          return done(Failure{OC_E_NOTFOUND, "a part of the file is damaged", OC_EF_NOT_DONE}, {});
        }
        done(std::nullopt, std::move(bytes));
      });
  if (op == 0) host_.post([done] { done(busy(), {}); });
}

void FileStore::sweep() {
  index_.let_go_old(host_.unix_ms());
  erase_next();
}

// One part at a time. The list says first that the file goes: after a crash nobody gets half of it.
void FileStore::erase_next() {
  if (erasing_ || stopped_) return;
  const StoredFile* file = index_.going(busy_);
  if (file == nullptr) return;
  erasing_ = true;
  save([this, id = file->id, parts = file->parts()](const std::optional<Failure>& failure) {
    if (failure) return erase_failed(*failure);
    erase_part(id, 0, parts);
  });
}

void FileStore::erase_part(const std::string& id, std::uint64_t part, std::uint64_t parts) {
  if (stopped_) return;
  if (part == parts) {
    index_.forget(id);
    return save([this](const std::optional<Failure>& failure) {
      if (failure) return erase_failed(*failure);
      erasing_ = false;
      erase_next();
    });
  }
  const oc_op op = host_.state_erase(
      part_key(id, part), [this, id, part, parts](const auto& failure, auto, const std::string&) {
        if (failure) return erase_failed(*failure);
        erase_part(id, part + 1, parts);
      });
  if (op == 0) erase_failed(busy());
}

/// The next sweep tries again.
void FileStore::erase_failed(const Failure& failure) {
  erasing_ = false;
  host_.log(OC_LOG_WARN, "webchat.file_not_erased",
            json{{"reason", failure.message}, {"remedy", "check the storage"}}.dump());
}

}  // namespace openclaw::webchat
