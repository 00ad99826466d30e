// Between records with strings of their own and the slots of a storage plugin.
#include "core/host/storage/whole_store.hpp"

#include <utility>

#include "core/host/call_error.hpp"
#include "core/host/instance.hpp"
#include "core/host/storage/store_stats.hpp"
#include "core/host/storage/store_value.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using archive::Record;
using sdk::copy;
using sdk::str;

namespace {

oc_record borrowed(const Record& r) {
  return {sizeof(oc_record),
          static_cast<std::uint32_t>(r.kind),
          r.number,
          0,
          r.id,
          r.epoch,
          r.first,
          r.next,
          r.at_ms,
          r.updated_ms,
          r.expires_ms,
          str(r.session),
          str(r.agent),
          str(r.channel),
          str(r.account),
          str(r.ns),
          str(r.key),
          str(r.text),
          str(r.extra)};
}

Record owned(const oc_record& r) {
  return {static_cast<archive::Kind>(r.kind),
          r.number,
          r.id,
          r.epoch,
          r.first,
          r.next,
          r.at_ms,
          r.updated_ms,
          r.expires_ms,
          copy(r.session),
          copy(r.agent),
          copy(r.channel),
          copy(r.account),
          copy(r.ns),
          copy(r.key),
          copy(r.text),
          copy(r.extra)};
}

struct Page {
  std::vector<Record>& records;
  std::string next;
  bool unknown = false, short_record = false;
};

}  // namespace

Result<WholeStore> WholeStore::open(Instance& instance, std::uint32_t role) {
  const auto* slots = instance.slots<oc_storage>("oc.storage/1");
  if (slots == nullptr || !OC_HAS(slots, oc_storage, dump)) {
    return Error{Errc::unsupported,
                 instance.name() + " cannot be read as a whole: its plugin is too old"};
  }
  WholeStore out(instance, *slots, nullptr);
  oc_error error = blank_error();
  const oc_status status = slots->open(instance.storage_inst(), role, &out.connection_, &error);
  if (status != OC_OK || out.connection_ == nullptr) {
    return explain(instance.name(), status == OC_OK ? OC_E_PLUGIN : status, error);
  }
  if (role != OC_STORE_WRITER) out.renew_at_.reset();
  return out;
}

WholeStore::WholeStore(WholeStore&& other) noexcept
    : instance_(other.instance_),
      slots_(other.slots_),
      connection_(std::exchange(other.connection_, nullptr)),
      renew_at_(other.renew_at_) {}

WholeStore::~WholeStore() {
  if (connection_ != nullptr) slots_->close(connection_);
}

Result<std::string> WholeStore::dump(const std::string& after, std::uint64_t max_bytes,
                                     std::vector<Record>& records) {
  if (auto kept = hold(); kept.has_error()) return kept.error();
  Page page{records, {}};
  oc_error error = blank_error();
  const oc_status status = slots_->dump(
      connection_, str(after), max_bytes, kDeadlineMs,
      [](void* ctx, const oc_record* r) noexcept -> std::uint32_t {
        auto& into = *static_cast<Page*>(ctx);
        if (!OC_COVERS(r, oc_record, extra)) {
          into.short_record = true;
          return 0;
        }
        if (r->kind == 0 || r->kind >= archive::kKinds) {
          into.unknown = true;
          return 0;
        }
        into.records.push_back(owned(*r));
        return 1;
      },
      [](void* ctx, oc_str next) noexcept { static_cast<Page*>(ctx)->next = copy(next); }, &page,
      &error);
  if (status != OC_OK) return explain(instance_->name(), status, error);
  if (page.short_record) {
    return Error{Errc::plugin, "the storage plugin " + instance_->name() +
                                   " gave a record that is shorter than ABI 1.0's: install "
                                   "another version"};
  }
  if (page.unknown) {
    return Error{Errc::unsupported,
                 "the store holds what this version of the gateway does not "
                 "know: install the one that the plugin belongs to"};
  }
  return std::move(page.next);
}

/// Whoever waits long between two batches would lose what it holds.
Result<void> WholeStore::hold(bool at_once) {
  const auto now = std::chrono::steady_clock::now();
  if (!renew_at_ || (!at_once && now < *renew_at_)) return {};
  oc_error error = blank_error();
  std::uint32_t next_ms = 0;
  const oc_status status = slots_->renew(connection_, kDeadlineMs, &next_ms, &error);
  if (status != OC_OK) return explain(instance_->name(), status, error);
  if (next_ms == 0) {
    renew_at_.reset();
  } else {
    renew_at_ = now + std::chrono::milliseconds(next_ms);
  }
  return {};
}

Result<void> WholeStore::apply(const std::vector<oc_write>& writes) {
  if (auto kept = hold(); kept.has_error()) return kept.error();
  std::vector<oc_write_result> results(writes.size());
  for (auto& result : results) {
    result.size = sizeof result;
    result.status = OC_E_IO;  // what the plugin does not fill in was not done
  }
  oc_error error = blank_error();
  const oc_status status =
      slots_->apply(connection_, writes.data(), results.data(), writes.size(), sizeof(oc_write),
                    sizeof(oc_write_result), kDeadlineMs, &error);
  if (status != OC_OK) return explain(instance_->name(), status, error);
  for (const auto& result : results) {
    if (result.status == OC_OK) continue;
    return Error{Errc::storage, "the store refuses a record: " + copy(result.reason)};
  }
  return {};
}

Result<void> WholeStore::load(const std::vector<Record>& records, const std::string& ns,
                              const std::string& key, const std::optional<std::string>& mark) {
  std::vector<oc_record> lent_records;
  std::vector<oc_write_load> loads;
  std::vector<oc_write> writes;
  lent_records.reserve(kMostWrites);
  loads.reserve(kMostWrites);
  std::size_t at = 0;
  do {
    lent_records.clear();
    loads.clear();
    writes.clear();
    std::size_t bytes = 0;
    for (; at < records.size() && writes.size() + 1 < kMostWrites && bytes < kMostBytes; ++at) {
      bytes += archive::bytes_of(records[at]);
      lent_records.push_back(borrowed(records[at]));
      loads.push_back({sizeof(oc_write_load), 0, &lent_records.back()});
      writes.push_back({sizeof(oc_write), OC_WRITE_LOAD, &loads.back()});
    }
    oc_write_kv marking{sizeof(oc_write_kv),          0,        str(ns), str(key),
                        mark ? str(*mark) : oc_str{}, OC_KV_ANY};
    if (mark && at == records.size()) writes.push_back({sizeof(oc_write), OC_WRITE_KV, &marking});
    if (writes.empty()) return {};
    if (auto applied = apply(writes); applied.has_error()) return applied.error();
  } while (at < records.size());
  return {};
}

Result<std::optional<std::string>> WholeStore::value(const std::string& ns,
                                                     const std::string& key) {
  if (auto kept = hold(); kept.has_error()) return kept.error();
  return value_of(*slots_, connection_, instance_->name(), ns, key, kDeadlineMs);
}

Result<void> WholeStore::erase_value(const std::string& ns, const std::string& key) {
  const oc_write_kv body{sizeof(oc_write_kv), OC_KV_DELETE, str(ns), str(key), {}, OC_KV_ANY};
  return apply({{sizeof(oc_write), OC_WRITE_KV, &body}});
}

Result<pipeline::StoreStats> WholeStore::stats() {
  if (auto kept = hold(); kept.has_error()) return kept.error();
  std::string json;
  oc_error error = blank_error();
  const oc_status status = slots_->stats(connection_, kDeadlineMs, &put_text, &json, &error);
  if (status != OC_OK) return explain(instance_->name(), status, error);
  return stats_of(json);
}

}  // namespace openclaw::host
