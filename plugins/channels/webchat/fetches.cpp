// Reads a file's parts, one after the other.
#include "fetches.hpp"

#include <utility>

namespace openclaw::webchat {

using sdk::Failure;

void Fetches::start(oc_op op, const std::string& id, std::uint64_t max_bytes) {
  const StoredFile* file = files_.index().find(id);
  std::optional<Failure> refused;
  if (file == nullptr) {
    refused = Failure{OC_E_NOTFOUND, "the file is not kept any more", OC_EF_NOT_DONE};
  } else if (file->bytes > max_bytes) {
    refused = Failure{OC_E_TOOBIG, "the file is larger than asked for", OC_EF_NOT_DONE};
  }
  if (!refused && fetches_.size() >= kMost) {
    refused = Failure{OC_E_AGAIN, "too many files are being read", OC_EF_RETRY, kBusyMs};
  }
  if (refused) {
    return host_.post([this, op, refused] { host_.fail(op, *refused); });
  }
  fetches_[op].id = id;
  fetches_[op].bytes.reserve(file->bytes);
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
