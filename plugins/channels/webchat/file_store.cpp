// Reads, writes and erases keys of oc.state in the right order.
#include "file_store.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace openclaw::webchat {

using nlohmann::json;
using sdk::Failure;

namespace {

constexpr std::size_t kRunDigits = 16;

std::string lease_of(const std::string& run) {
  return "files/" + run;
}

std::string part_key(const std::string& id, std::uint64_t part) {
  return "file/" + id + "/" + std::to_string(part);
}

Failure busy() {
  return {OC_E_AGAIN, "the gateway takes no more operations", OC_EF_NOT_DONE | OC_EF_RETRY};
}

}  // namespace

FileStore::FileStore(sdk::Host& host, FileLimits limits, std::function<std::string()> new_id)
    : host_(host),
      run_(new_id().substr(0, kRunDigits)),
      index_(limits, run_),
      list_(host, "files"),
      new_id_(std::move(new_id)) {}

void FileStore::load(Finished done) {
  host_.want(lease_of(run_), [](bool) {});
  busy_with_list_ = list_.get([this, done](const auto& failure, const std::string& text) {
    busy_with_list_ = false;
    if (failure) return done(failure);
    if (!text.empty() && !index_.decode(text)) {
      host_.log(OC_LOG_WARN, "webchat.files_unreadable",
                json{{"remedy", "files that were uploaded before are lost"}}.dump());
    }
    done(std::nullopt);
    watch_others();
    erase_next();
    next();
  });
  if (!busy_with_list_) done(busy());
}

// One call for the list at a time; whoever comes meanwhile shares the next one.
void FileStore::save(Finished done) {
  waiting_.push_back(std::move(done));
  next();
}

void FileStore::refresh(Finished done) {
  readers_.push_back(std::move(done));
  next();
}

void FileStore::next() {
  if (busy_with_list_) return;
  if (!readers_.empty()) return read_index();
  if (!waiting_.empty()) write_index();
}

void FileStore::read_index() {
  // Whoever comes meanwhile waits for another read: what they look for may be newer than this one.
  const auto over = [this, readers = std::exchange(readers_, {})](const auto& failure) {
    busy_with_list_ = false;
    for (const Finished& done : readers) done(failure);
    next();
  };
  busy_with_list_ = true;
  const bool asked =
      list_.get([this, over](const std::optional<Failure>& failure, const std::string& text) {
        if (!failure) index_.decode(text);
        over(failure);
        watch_others();
      });
  if (!asked) host_.post([over] { over(std::optional<Failure>(busy())); });
}

void FileStore::write_index() {
  busy_with_list_ = true;
  for (Finished& done : std::exchange(waiting_, {})) in_write_.push_back(std::move(done));
  const bool asked =
      list_.put(index_.encode(), [this, ids = index_.ids()](const std::optional<Failure>& failure) {
        if (failure && failure->code == OC_E_CONFLICT) return write_over_newer();
        if (!failure) index_.stored(ids);
        written(failure);
      });
  if (!asked) host_.post([this] { written(busy()); });
}

/// Another gateway has changed the list: what it says is taken in first.
void FileStore::write_over_newer() {
  const bool asked =
      list_.get([this](const std::optional<Failure>& failure, const std::string& text) {
        if (failure) return written(failure);
        index_.decode(text);
        watch_others();
        write_index();
      });
  if (!asked) host_.post([this] { written(busy()); });
}

void FileStore::written(const std::optional<Failure>& failure) {
  busy_with_list_ = false;
  for (const Finished& done : std::exchange(in_write_, {})) done(failure);
  next();
}

void FileStore::know(const std::vector<std::string>& ids, std::function<void()> then) {
  several_ = several_ || host_.others() > 0;
  const bool missing = std::any_of(ids.begin(), ids.end(), [this](const std::string& id) {
    return valid_file_id(id) && index_.find(id) == nullptr;
  });
  if (!several_ || !missing || stopped_) return then();
  refresh([then = std::move(then)](const auto&) { then(); });
}

void FileStore::watch_others() {
  if (stopped_) return;
  for (const std::string& run : index_.other_runs()) {
    if (!watched_.insert(run).second) continue;
    host_.want(lease_of(run), [this, run](bool held) {
      if (held && !stopped_) run_ended(run);
    });
  }
}

void FileStore::run_ended(const std::string& run) {
  // What it has finished since is not erased.
  refresh([this, run](const std::optional<Failure>& failure) {
    if (stopped_) return;
    if (!failure) index_.take_over(run);
    const auto let_go = [this, run](const std::optional<Failure>&) {
      watched_.erase(run);
      host_.release(lease_of(run));
    };
    if (failure) return let_go(failure);
    save(let_go);
    erase_next();
  });
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
  several_ = several_ || host_.others() > 0;
  index_.let_go_old(host_.unix_ms());
  watch_others();
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
