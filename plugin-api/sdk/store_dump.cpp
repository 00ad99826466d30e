// The text of a cursor: part, number, and each key with its length before it.
#include "openclaw/cpp/store_dump.hpp"

#include <charconv>

#include "openclaw/cpp/storage.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::sdk {

namespace {

constexpr std::uint64_t kBytesOfARecord = 64;  // besides its texts

std::uint64_t take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto used = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || used == text.size() || text[used] != ':') {
    throw StoreError(OC_E_INVAL, "that is no place that an earlier dump() ended at");
  }
  text.remove_prefix(used + 1);
  return number;
}

std::string take_key(std::string_view& text) {
  const std::uint64_t length = take_number(text);
  if (length > text.size()) {
    throw StoreError(OC_E_INVAL, "that is no place that an earlier dump() ended at");
  }
  std::string key(text.substr(0, length));
  text.remove_prefix(length);
  return key;
}

}  // namespace

std::string DumpCursor::text() const {
  std::string out = std::to_string(static_cast<int>(part)) + ':' + std::to_string(number) + ':';
  for (const std::string* key : {&a, &b, &c}) out += std::to_string(key->size()) + ':' + *key;
  return out;
}

DumpCursor DumpCursor::parse(std::string_view text) {
  DumpCursor out;
  if (text.empty()) return out;
  const std::uint64_t part = take_number(text);
  if (part >= static_cast<std::uint64_t>(DumpPart::end)) {
    throw StoreError(OC_E_INVAL, "that is no place that an earlier dump() ended at");
  }
  out.part = static_cast<DumpPart>(part);
  out.number = take_number(text);
  for (std::string* key : {&out.a, &out.b, &out.c}) *key = take_key(text);
  return out;
}

oc_record DumpPage::record(std::uint32_t kind) {
  oc_record out{};
  out.size = sizeof out;
  out.kind = kind;
  return out;
}

bool DumpPage::put(const oc_record& record) {
  std::uint64_t bytes = kBytesOfARecord;
  for (const oc_str& s : {record.session, record.agent, record.channel, record.account, record.ns,
                          record.key, record.text, record.extra}) {
    bytes += s.len;
  }
  if (visit_(ctx_, &record) == 0 || bytes >= left_) return false;
  left_ -= bytes;
  return std::chrono::steady_clock::now() < until_;
}

bool put_counters(const DumpCounters& counters, DumpCursor& at, DumpPage& page) {
  const auto put = [&](std::uint64_t nth, const char* key, std::uint64_t id, std::uint64_t epoch) {
    if (at.number >= nth) return true;
    oc_record record = DumpPage::record(OC_RECORD_COUNTER);
    record.key = str(key);
    record.id = id;
    record.epoch = epoch;
    at.number = nth;
    return page.put(record);
  };
  return put(1, "inbox", counters.inbox, 0) && put(2, "outbox", counters.outbox, 0) &&
         put(3, "epoch", 0, counters.epoch);
}

void dump_parts(std::string_view after, std::uint64_t max_bytes, oc_visit_record visit,
                oc_put_text put_next, void* ctx, const DumpParts& parts) {
  DumpCursor at = DumpCursor::parse(after);
  DumpPage page(max_bytes, visit, ctx);
  while (at.part != DumpPart::end) {
    if (!parts(at, page)) {
      const std::string next = at.text();
      return put_next(ctx, str(next));
    }
    at = DumpCursor{static_cast<DumpPart>(static_cast<int>(at.part) + 1), 0, {}, {}, {}};
  }
  put_next(ctx, {});
}

}  // namespace openclaw::sdk
