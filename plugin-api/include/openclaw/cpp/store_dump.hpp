// What the engines' dump() share: the place in a store, and the bound of a call.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "openclaw/storage.h"

namespace openclaw::sdk {

/// The parts of a store in dump()'s order.
enum class DumpPart : std::uint8_t {
  counters,
  sessions,
  values,
  events,
  messages,
  dead,
  replies,  ///< STORED and STARTED
  held,     ///< UNKNOWN and DEAD
  end,
};

/// Behind which record a dump goes on: the last one's part, number and up to three keys. As text it
/// is what oc_storage.dump hands out and takes back.
struct DumpCursor {
  DumpPart part = DumpPart::counters;
  std::uint64_t number = 0;
  std::string a, b, c;

  [[nodiscard]] std::string text() const;
  /// Throws StoreError(OC_E_INVAL) for what text() did not make. Empty is the beginning.
  static DumpCursor parse(std::string_view text);
};

/// Hands records to the host until `max_bytes` of them were visited, or kLongest has passed: many
/// small ones may take a round trip each, and a lease is to be kept meanwhile.
class DumpPage {
 public:
  static constexpr std::chrono::milliseconds kLongest{2'000};

  DumpPage(std::uint64_t max_bytes, oc_visit_record visit, void* ctx)
      : until_(std::chrono::steady_clock::now() + kLongest),
        left_(max_bytes),
        visit_(visit),
        ctx_(ctx) {}

  /// An empty record of that kind.
  static oc_record record(std::uint32_t kind);
  /// False: it was the last of this call.
  bool put(const oc_record& record);

 private:
  std::chrono::steady_clock::time_point until_;
  std::uint64_t left_;
  oc_visit_record visit_;
  void* ctx_;
};

/// The greatest numbers that a store ever gave.
struct DumpCounters {
  std::uint64_t inbox = 0, outbox = 0, epoch = 0;
};
/// The part `counters`: as DumpParts below.
bool put_counters(const DumpCounters& counters, DumpCursor& at, DumpPage& page);

/// An engine's own part of a dump: visits what is in `at.part` behind `at`, and moves it along.
/// False: the page is full.
using DumpParts = std::function<bool(DumpCursor& at, DumpPage& page)>;
/// oc_storage.dump: one part after the other, until the page is full.
void dump_parts(std::string_view after, std::uint64_t max_bytes, oc_visit_record visit,
                oc_put_text put_next, void* ctx, const DumpParts& parts);

}  // namespace openclaw::sdk
