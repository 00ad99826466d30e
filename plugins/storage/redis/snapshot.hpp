// A connection that dumps the store as it is at one moment.
#pragma once

#include "writer.hpp"

namespace openclaw::redis {

/// Redis has no snapshots that a client could read, so nobody may write meanwhile: it holds the
/// store as a gateway would, is refused while one does, and refuses one that starts.
class Snapshot final : public Writer {
 public:
  /// Throws StoreError: OC_E_AGAIN while a gateway holds the store, or when there is none.
  Snapshot(const Settings& settings, const Tell& tell)
      : Writer(existing(settings), tell, one_gateway(settings, take_store_to_dump)) {}

  void apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) override {
    Reader::apply(writes, deadline_ms);
  }
  void dump(oc_str after, std::uint64_t max_bytes, std::uint32_t deadline_ms, oc_visit_record visit,
            oc_put_text put_next, void* ctx) override {
    // Before and after: what lies between was read of the store that was held.
    renew(deadline_ms);
    Writer::dump(after, max_bytes, deadline_ms, visit, put_next, ctx);
    renew(deadline_ms);
  }

 private:
  static Settings existing(const Settings& settings) {
    const Reader reader(settings);
    return settings;
  }
};

}  // namespace openclaw::redis
