// Reads a file's parts, one after the other.
#include "fetches.hpp"

#include <utility>

namespace openclaw::webchat {

using sdk::Failure;

void Fetches::start(oc_op op, const std::string& id, std::uint64_t max_bytes) {
  if (fetches_.size() >= kMost) {
    return host_.post([this, op] {
      host_.fail(op, {OC_E_AGAIN, "too many files are being read", OC_EF_RETRY, kBusyMs});
    });
  }
  fetches_[op].id = id;
  host_.post([this, op, id, max_bytes] {
    files_.know({id}, [this, op, max_bytes] { begin(op, max_bytes); });
  });
}

void Fetches::begin(oc_op op, std::uint64_t max_bytes) {
  const auto it = fetches_.find(op);
  if (it == fetches_.end()) return;  // cancelled
  const StoredFile* file = files_.index().find(it->second.id);
  if (file != nullptr && file->bytes > max_bytes) {
    return fail(op, {OC_E_TOOBIG, "the file is larger than asked for", OC_EF_NOT_DONE});
  }
  if (file != nullptr) it->second.bytes.reserve(file->bytes);
  read_on(op);
}

void Fetches::read_on(oc_op op) {
  Fetch& fetch = fetches_.at(op);
  // It may have gone meanwhile.
  const StoredFile* file = files_.index().find(fetch.id);
  if (file == nullptr) {
    return fail(op, {OC_E_NOTFOUND, "the file is not kept any more", OC_EF_NOT_DONE});
  }
  files_.read_part(
      *file, fetch.part,
      [this, op, parts = file->parts()](const auto& failure, const std::string& bytes) {
        const auto it = fetches_.find(op);
        if (it == fetches_.end()) return;  // cancelled
        if (failure) return fail(op, *failure);
        it->second.bytes += bytes;
        if (++it->second.part < parts) return read_on(op);
        std::string all = std::move(it->second.bytes);
        fetches_.erase(it);
        host_.complete(op, {}, std::move(all));
      });
}

void Fetches::fail(oc_op op, Failure failure) {
  fetches_.erase(op);
  host_.fail(op, failure);
}

void Fetches::cancel(oc_op op) {
  if (fetches_.erase(op) == 0) return;
  host_.post([this, op] { host_.fail(op, {OC_E_CANCELLED, "cancelled", OC_EF_NOT_DONE}); });
}

void Fetches::stop() {
  for (const auto& [op, fetch] : std::exchange(fetches_, {})) {
    host_.post([this, op = op] { host_.fail(op, {OC_E_CANCELLED, "stopping", OC_EF_NOT_DONE}); });
  }
}

}  // namespace openclaw::webchat
