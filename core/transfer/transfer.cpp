// Page after page; each is committed with the place where the next one begins.
#include "core/transfer/transfer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/runtime/failpoint.hpp"

namespace openclaw::transfer {

namespace {

using archive::Record;
using archive::Tally;
using nlohmann::json;

constexpr std::uint64_t kPageBytes = 4 << 20;

struct State {
  std::string from, after;
};

std::string to_text(const State& state) {
  return json{{"from", state.from}, {"after", state.after}}.dump(-1, ' ', false,
                                                                 json::error_handler_t::replace);
}

std::optional<State> state_in(const std::string& text) {
  const json value = json::parse(text, nullptr, false);
  if (!value.is_object() || !value.value("from", json()).is_string()) return std::nullopt;
  State out;
  out.from = value["from"].get<std::string>();
  if (const auto after = value.find("after"); after != value.end() && after->is_string()) {
    out.after = after->get<std::string>();
  }
  return out;
}

/// A cursor may hold any bytes, and the state is JSON.
std::string as_hex(const std::string& bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

std::string from_hex(const std::string& hex) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1]));
  }
  return out;
}

bool is_mark(const Record& record) {
  return record.kind == archive::Kind::value && record.ns == kNamespace;
}

/// How far it is, by the texts of conversations, of which stats() knows the sum.
class Meter {
 public:
  Meter(const pipeline::StoreStats& stats, const Progress& progress)
      : progress_(progress), total_(static_cast<double>(stats.used_bytes)) {}
  void add(const std::vector<Record>& records) {
    records_ += records.size();
    for (const Record& r : records) {
      if (r.kind == archive::Kind::entry) bytes_ += static_cast<double>(r.text.size());
    }
    if (progress_)
      progress_(Phase::moving, total_ > 0 ? std::min(1.0, bytes_ / total_) : 0, records_);
  }

 private:
  const Progress& progress_;
  double total_, bytes_ = 0;
  std::uint64_t records_ = 0;
};

/// Every page of `store` behind `after`.
Result<void> each_page(
    host::WholeStore& store, std::string after,
    const std::function<Result<void>(std::vector<Record>&, const std::string& next)>& take) {
  do {
    std::vector<Record> records;
    auto next = store.dump(after, kPageBytes, records);
    if (next.has_error()) return next.error();
    std::erase_if(records, is_mark);
    if (auto taken = take(records, *next); taken.has_error()) return taken.error();
    after = std::move(*next);
  } while (!after.empty());
  return {};
}

/// `other` is held meanwhile; null: there is none. `expected`: about how many there are.
Result<Tally> tally_of(host::WholeStore& store, host::WholeStore* other, std::uint64_t expected,
                       const Progress& progress) {
  Tally tally;
  auto read = each_page(store, {}, [&](std::vector<Record>& records, const std::string&) {
    for (const Record& r : records) tally.add(r);
    const double part = static_cast<double>(tally.all()) / static_cast<double>(expected + 1);
    if (progress) progress(Phase::comparing, std::min(1.0, part), tally.all());
    return other == nullptr ? Result<void>() : other->hold();
  });
  if (read.has_error()) return read.error();
  return tally;
}

/// Nothing in it, and nothing ever was.
Result<void> require_empty(host::WholeStore& store) {
  bool empty = true;
  std::vector<Record> records;
  auto next = store.dump({}, kPageBytes, records);
  if (next.has_error()) return next.error();
  for (const Record& r : records) {
    empty = empty && r.kind == archive::Kind::counter && r.id == 0 && r.epoch == 0;
  }
  if (empty && next->empty()) return {};
  return Error{Errc::conflict,
               "the store that is to be filled holds something, and one that was filled is not "
               "filled again: name another one (--to, or storage in gateway.yaml), or remove this "
               "one as docs/operating.md says"};
}

/// Where to go on; empty: from the beginning. Marks an empty store as one that is being filled.
Result<std::string> begin(host::WholeStore& to, const std::string& from) {
  auto found = to.value(kNamespace, kKey);
  if (found.has_error()) return found.error();
  if (*found) {
    const auto state = state_in(**found);
    if (state && state->from == from) return from_hex(state->after);
    return unfinished(**found);
  }
  if (auto empty = require_empty(to); empty.has_error()) return empty.error();
  if (auto marked = to.load({}, kNamespace, kKey, to_text({from, {}})); marked.has_error()) {
    return marked.error();
  }
  return std::string();
}

Result<Tally> finish(host::WholeStore* from, host::WholeStore& to, const Tally& wanted,
                     const char* otherwise, const Progress& progress) {
  auto there = tally_of(to, from, wanted.all(), progress);
  if (there.has_error()) return there.error();
  if (*there != wanted) return Error{Errc::storage, otherwise};
  // Who took it meanwhile may have written what was not copied.
  if (from != nullptr) {
    if (auto held = from->hold(true); held.has_error()) return held.error();
  }
  if (auto erased = to.erase_value(kNamespace, kKey); erased.has_error()) return erased.error();
  return wanted;
}

}  // namespace

Error unfinished(const std::string& text) {
  const auto state = state_in(text);
  const std::string from = state ? state->from : "elsewhere";
  const bool is_backup = from.starts_with(kOfBackup);
  return {Errc::conflict,
          "the store is being filled from " + from +
              ", and that was not finished: run the same `openclaw " +
              (is_backup ? "backup restore" : "storage migrate") +
              "` again, which goes on where it was; or remove the store as docs/operating.md says, "
              "or use another one"};
}

Result<void> back_up(host::WholeStore& from, archive::ArchiveWriter& to, const Progress& progress) {
  auto found = from.value(kNamespace, kKey);
  if (found.has_error()) return found.error();
  if (*found) return unfinished(**found);
  auto stats = from.stats();
  if (stats.has_error()) return stats.error();
  Meter meter(*stats, progress);
  return each_page(from, {}, [&](std::vector<Record>& records, const std::string&) {
    for (const Record& r : records) {
      if (auto added = to.add(r); added.has_error()) return added;
    }
    meter.add(records);
    return Result<void>();
  });
}

Result<Tally> verify(archive::ArchiveReader& backup, const Progress& progress) {
  while (true) {
    auto record = backup.next();
    if (record.has_error()) return record.error();
    if (!*record) return backup.tally();
    if (progress && backup.tally().all() % 1000 == 0) {
      progress(Phase::moving, backup.fraction(), backup.tally().all());
    }
  }
}

Result<Tally> restore(archive::ArchiveReader& backup, const std::string& name, host::WholeStore& to,
                      const Progress& progress) {
  if (auto begun = begin(to, name); begun.has_error()) return begun.error();
  std::vector<Record> records;
  std::size_t bytes = 0;
  bool more = true;
  while (more) {
    auto record = backup.next();
    if (record.has_error()) return record.error();
    more = record->has_value();
    if (more) {
      bytes += archive::bytes_of(**record);
      records.push_back(std::move(**record));
    }
    if (more && bytes < kPageBytes) continue;
    if (auto loaded = to.load(records, kNamespace, kKey, std::nullopt); loaded.has_error()) {
      return loaded.error();
    }
    OPENCLAW_FAILPOINT_HERE("transfer.after_page");
    if (progress) progress(Phase::moving, backup.fraction(), backup.tally().all());
    records.clear();
    bytes = 0;
  }
  return finish(nullptr, to, backup.tally(),
                "the store does not hold what the backup does: it is not used; "
                "please report this",
                progress);
}

Result<Tally> migrate(host::WholeStore& from, const std::string& name, host::WholeStore& to,
                      const Progress& progress) {
  auto found = from.value(kNamespace, kKey);
  if (found.has_error()) return found.error();
  if (*found) return unfinished(**found);
  auto after = begin(to, name);
  if (after.has_error()) return after.error();
  auto stats = from.stats();
  if (stats.has_error()) return stats.error();
  Meter meter(*stats, progress);
  Tally moved;
  auto copied = each_page(from, *after, [&](std::vector<Record>& records, const std::string& next) {
    for (const Record& r : records) moved.add(r);
    auto loaded = to.load(records, kNamespace, kKey, to_text({name, as_hex(next)}));
    if (loaded.has_value()) loaded = from.hold();
    OPENCLAW_FAILPOINT_HERE("transfer.after_page");
    if (loaded.has_value()) meter.add(records);
    return loaded;
  });
  if (copied.has_error()) return copied.error();
  if (!after->empty()) {  // an earlier run has counted the others
    auto all = tally_of(from, &to, moved.all(), progress);
    if (all.has_error()) return all.error();
    moved = *all;
  }
  return finish(
      &from, to, moved,
      "both stores differ: was the first one used meanwhile? Remove what is in the second "
      "one, and begin again",
      progress);
}

}  // namespace openclaw::transfer
