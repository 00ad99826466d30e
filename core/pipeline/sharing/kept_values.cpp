#include "core/pipeline/sharing/kept_values.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::pipeline {

namespace {
constexpr char kNamespace[] = "core";
constexpr int kRaces = 5;
}  // namespace

KeptValues::KeptValues(StorePort& store, log::Log& log, bool shared, Restore restore)
    : store_(store),
      log_(log),
      shared_(shared),
      restore_(std::move(restore)),
      alive_(std::make_shared<KeptValues*>(this)) {}

KeptValues::~KeptValues() {
  *alive_ = nullptr;
}

void KeptValues::read(const std::string& key, Read done) {
  if (Value& value = values_[key]; value.writing != 0) {
    value.waiting.push_back(std::move(done));
    return;
  }
  store_.value(kNamespace, key,
               [alive = alive_, key, d = std::move(done)](const Result<StoredValue>& stored) {
                 if (*alive == nullptr) return;
                 KeptValues& self = **alive;
                 // What has been written since is newer, or another's is: that shows then.
                 if (self.values_[key].writing != 0) return self.read(key, d);
                 d(self.take(key, stored));
               });
}

void KeptValues::read(const std::string& key) {
  read(key, [this, key](const Result<void>& result) {
    if (!result.has_error()) return;
    log_.warn("store.value_not_read", {{"key", key}, {"error", result.error().message}});
  });
}

Result<void> KeptValues::take(const std::string& key, const Result<StoredValue>& stored) {
  if (stored.has_error()) {
    return stored.error().code == Errc::not_found ? Result<void>{} : Result<void>(stored.error());
  }
  Value& value = values_[key];
  // Two reads may come back in another order than they began in.
  if (stored->version < value.version) return {};
  if (auto restored = restore_(key, stored->value); restored.has_error()) return restored;
  value.version = stored->version;
  return {};
}

void KeptValues::write(const std::string& key, std::string value, Done<Written> done) {
  Value& kept = values_[key];
  ++kept.writing;
  store_.write(PutValue{kNamespace, key, std::move(value), shared_ ? kept.version : UINT64_MAX},
               [alive = alive_, key, d = std::move(done)](Result<Written> result) mutable {
                 const Result<Written> seen = result;
                 if (*alive != nullptr) (*alive)->written(key, seen);
                 d(std::move(result));
               });
}

void KeptValues::written(const std::string& key, const Result<Written>& result) {
  Value& value = values_[key];
  if (!result.has_error()) value.version = result->id;
  if (--value.writing != 0) return;
  for (auto& waiting : std::exchange(value.waiting, {})) read(key, std::move(waiting));
}

bool KeptValues::lost_race(const Result<Written>& written, int tries) const {
  return shared_ && written.has_error() && written.error().code == Errc::conflict && tries < kRaces;
}

}  // namespace openclaw::pipeline
