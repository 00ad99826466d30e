// The pipeline's store port in memory, for its tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/pipeline/ports.hpp"
#include "core/pipeline/testing/history_of.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline::scripted {

/// plugin-api/include/openclaw/storage.h in memory. Writes happen one loop task after they were
/// asked for and are reported one task later, so that a kill can fall between.
class MemoryStore final : public StorePort {
 public:
  explicit MemoryStore(runtime::Loop& loop) : loop_(loop) {}

  struct Inbox {
    InboxRow row;
    std::uint64_t epoch = 0;
    std::string member{};  ///< of several gateways: whose it is; empty = nobody's
  };

  std::function<bool(const Write&)> hold;  ///< true: that write takes longer yet
  /// Asked before each write: an error fails it, nothing of it happens.
  std::function<std::optional<Error>(const Write&)> fault;
  /// Asked after each write: it is applied, and still an error answers it.
  std::function<std::optional<Error>(const Write&)> unclear;
  std::function<std::optional<Error>()> history_fault;
  std::vector<std::string> journal;  ///< what was committed, in order
  bool begins_sends = true;          ///< as a Finish asks for

  std::map<std::uint64_t, Inbox> live, dead;
  std::map<std::uint64_t, OutboxRow> outbox_rows;  ///< every state
  std::map<std::string, std::vector<TranscriptEntry>> transcripts;
  std::map<std::uint64_t, Disposition> ended;
  // Of several gateways.
  std::map<std::uint64_t, std::string> reply_members;
  std::map<std::string, std::vector<Notice>> mailboxes;  ///< of those that live
  std::map<std::string, std::string> leases;             ///< name → who has it
  std::uint64_t max_epoch = 0;
  std::optional<std::int64_t> now_ms;  ///< in its stats

  /// The process died: what was asked for may still be applied, nobody hears of it.
  void cut(bool apply_pending) {
    ++life_;
    apply_orphans_ = apply_pending;
  }

  void write(Write write, Done<Written> done) override {
    write_as({}, std::move(write), std::move(done));
  }
  /// As one of several gateways, see memory_cluster.hpp; empty = as the only one.
  void write_as(std::string member, Write write, Done<Written> done) {
    loop_.post([this, life = life_, as = std::move(member), w = std::move(write),
                d = std::move(done)]() mutable {
      if (life != life_ && !apply_orphans_) return;
      if (hold && hold(w)) {
        write_as(std::move(as), std::move(w), std::move(d));
        return;
      }
      member_ = as;
      std::optional<Error> failed = fault ? fault(w) : std::nullopt;
      Result<Written> result = failed
                                   ? Result<Written>(*failed)
                                   : std::visit([this](auto& one) { return this->apply(one); }, w);
      if (auto lost = !failed && unclear ? unclear(w) : std::nullopt) result = *lost;
      loop_.post([this, life, r = std::move(result), then = std::move(d)]() mutable {
        if (life == life_) then(std::move(r));
      });
    });
  }
  void history(std::string session, std::uint32_t max_entries, std::uint64_t,
               Done<History> done) override {
    answer(std::move(done), [this, session = std::move(session), max_entries]() -> Result<History> {
      if (auto failed = history_fault ? history_fault() : std::nullopt) return *failed;
      auto all = transcripts[session];
      if (all.size() > max_entries) all.erase(all.begin(), all.end() - max_entries);
      return history_of(all);
    });
  }
  void inbox(bool of_dead, std::uint64_t after_id, std::uint32_t limit,
             Done<std::vector<InboxRow>> done) override {
    answer(std::move(done), [this, of_dead, after_id, limit]() -> Result<std::vector<InboxRow>> {
      std::vector<InboxRow> out;
      const auto& from = of_dead ? dead : live;
      for (auto it = from.upper_bound(after_id); it != from.end() && out.size() < limit; ++it) {
        out.push_back(it->second.row);
        out.back().epoch = it->second.epoch;
      }
      return out;
    });
  }
  void outbox(bool of_dead, std::uint64_t after_id, std::uint32_t limit,
              Done<std::vector<OutboxRow>> done) override {
    answer(std::move(done), [this, of_dead, after_id, limit]() -> Result<std::vector<OutboxRow>> {
      std::vector<OutboxRow> out;
      for (auto it = outbox_rows.upper_bound(after_id);
           it != outbox_rows.end() && out.size() < limit; ++it) {
        const auto state = it->second.state;
        const bool is_live = state == OutboxState::stored || state == OutboxState::started;
        const bool is_dead = state == OutboxState::unknown || state == OutboxState::dead;
        if (of_dead ? is_dead : is_live) out.push_back(it->second);
      }
      return out;
    });
  }
  void value(std::string ns, std::string key, Done<StoredValue> done) override {
    answer(std::move(done), [this, at = ns + "/" + key]() -> Result<StoredValue> {
      const auto it = values_.find(at);
      if (it == values_.end() || it->second.version == 0)
        return Error{Errc::not_found, "no such value"};
      return it->second;
    });
  }

  void idle_sessions(std::int64_t before_ms, std::uint32_t limit,
                     Done<std::vector<SessionRow>> done) override {
    answer(std::move(done), [this, before_ms, limit]() -> Result<std::vector<SessionRow>> {
      std::vector<SessionRow> out;
      for (const auto& [session, entries] : transcripts) {
        SessionRow row{session, entries.size(), 0, entries.empty() ? 0 : entries.back().ts_ms};
        for (const auto& entry : entries) row.bytes += entry.text.size();
        if (row.updated_ms < before_ms) out.push_back(std::move(row));
      }
      std::stable_sort(out.begin(), out.end(), [](const SessionRow& a, const SessionRow& b) {
        return a.updated_ms < b.updated_ms;
      });
      if (out.size() > limit) out.resize(limit);
      return out;
    });
  }
  void stats(Done<StoreStats> done) override {
    answer(std::move(done), [this]() -> Result<StoreStats> {
      std::uint64_t bytes = 0;
      for (const auto& [session, entries] : transcripts) {
        for (const auto& entry : entries) bytes += entry.text.size();
      }
      return StoreStats{transcripts.size(), bytes, now_ms};
    });
  }

  [[nodiscard]] std::size_t outbox_in(OutboxState state) const {
    return static_cast<std::size_t>(
        std::count_if(outbox_rows.begin(), outbox_rows.end(),
                      [&](const auto& row) { return row.second.state == state; }));
  }

 private:
  template <class T, class F>
  void answer(Done<T> done, F read) {
    loop_.post([this, life = life_, d = std::move(done), read = std::move(read)]() mutable {
      Result<T> result = read();
      loop_.post([this, life, r = std::move(result), then = std::move(d)]() mutable {
        if (life == life_) then(std::move(r));
      });
    });
  }

  Result<Written> apply(const Ingest& w) {
    const std::string key = w.channel + "/" + w.account + "/" + w.event_id;
    if (!w.event_id.empty() && !events_.insert(key).second) return Written{0, true};
    const bool elsewhere = !member_.empty() && (w.leave || lane_is_anothers(w.session));
    if (elsewhere && w.here) {
      events_.erase(key);
      return Error{Errc::conflict, "another gateway has it"};
    }
    const std::uint64_t id = next_inbox_++;
    const std::uint64_t epoch = elsewhere ? 0 : w.epoch;
    const std::uint32_t attempts = epoch != 0 ? 1 : 0;
    live[id] = {{id, attempts, w.session, w.agent, w.payload_json, {}, w.received_ms}, epoch};
    live[id].member = elsewhere ? std::string() : member_;
    max_epoch = std::max(max_epoch, epoch);
    journal.emplace_back(epoch != 0 ? "ingest+attempt" : "ingest");
    Written written{id, false};
    written.elsewhere = elsewhere;
    return written;
  }
  Result<Written> apply(const Attempt& w) {
    for (const auto id : w.ids) {
      const auto it = live.find(id);
      if (it == live.end() || it->second.row.session != w.session || it->second.epoch > w.epoch ||
          it->second.member != member_) {
        return Error{Errc::conflict, "claimed by another"};
      }
    }
    for (const auto id : w.ids) {
      live[id].epoch = w.epoch;
      ++live[id].row.attempts;
    }
    max_epoch = std::max(max_epoch, w.epoch);
    journal.emplace_back("attempt");
    return Written{};
  }
  Result<Written> apply(const Finish& w) {
    for (const auto id : w.ids) {
      const auto it = live.find(id);
      if (it == live.end() || it->second.epoch != w.epoch || it->second.member != member_) {
        return Error{Errc::conflict, "fenced out"};
      }
    }
    for (const auto id : w.ids) {
      if (w.disposition == Disposition::dead) {
        dead[id] = live[id];
        dead[id].row.reason = w.reason;
        dead[id].row.dead_ms = w.ts_ms;
      }
      live.erase(id);
      ended[id] = w.disposition;
    }
    auto& transcript = transcripts[w.session];
    for (auto entry : w.transcript) {
      entry.id = transcript.size() + 1;
      transcript.push_back(entry);
    }
    const std::uint64_t first = next_outbox_;
    for (const auto& entry : w.outbox) {
      if (!idem_keys_.insert(entry.idem_key).second) return Error{Errc::invalid, "key used twice"};
      outbox_rows[next_outbox_] = {next_outbox_, OutboxState::stored, {}, entry, w.ts_ms};
      if (!entry.leave) reply_members[next_outbox_] = member_;
      ++next_outbox_;
    }
    Written written{first, false};
    written.started = begins_sends && !w.outbox.empty() && w.outbox.front().start &&
                      !w.outbox.front().leave && !comes_too_soon(outbox_rows.at(first));
    if (written.started) outbox_rows.at(first).state = OutboxState::started;
    journal.emplace_back(written.started ? "finish+started" : "finish");
    return written;
  }
  [[nodiscard]] bool comes_too_soon(const OutboxRow& row) const {
    if (member_.empty()) return false;
    return std::any_of(outbox_rows.begin(), outbox_rows.find(row.id), [&](const auto& at) {
      const OutboxRow& other = at.second;
      const bool waits = other.state == OutboxState::stored || other.state == OutboxState::started;
      const auto owner = reply_members.find(other.id);
      return waits && other.entry.session == row.entry.session &&
             other.entry.channel == row.entry.channel && other.entry.account == row.entry.account &&
             (owner == reply_members.end() || owner->second != member_);
    });
  }
  Result<Written> apply(const MarkOutbox& w) {
    const auto it = outbox_rows.find(w.id);
    if (it == outbox_rows.end()) return Error{Errc::not_found, "gone"};
    if (w.state == OutboxState::started && comes_too_soon(it->second)) {
      return Error{Errc::conflict, "another's goes first"};
    }
    it->second.state = w.state == OutboxState::left ? OutboxState::stored : w.state;
    if (w.state == OutboxState::left) reply_members.erase(w.id);
    it->second.reason = w.reason;
    it->second.updated_ms = w.ts_ms;
    journal.push_back(w.state == OutboxState::started ? "started" : "marked");
    return Written{};
  }
  Result<Written> apply(const PutValue& w) {
    auto& at = values_[w.ns + "/" + w.key];
    if (w.expect_version != UINT64_MAX && w.expect_version != at.version) {
      return Error{Errc::conflict, "another version"};
    }
    at = {w.key, w.value, at.version + 1};
    journal.emplace_back("value");
    return Written{at.version, false};
  }
  Result<Written> apply(const ChangeSession& w) {
    transcripts.erase(w.session);
    return Written{};
  }
  static Result<Written> apply(const Sweep&) { return Written{}; }
  Result<Written> apply(const Trim& w) {
    const auto at = transcripts.find(w.session);
    if (at == transcripts.end()) return Error{Errc::not_found, "gone"};
    auto& entries = at->second;
    if (!entries.empty() && entries.back().ts_ms >= w.idle_before_ms) {
      return Error{Errc::conflict, "used meanwhile"};
    }
    const auto n = std::min<std::size_t>(w.limit, entries.size());
    entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(n));
    const bool gone = entries.empty();
    if (gone) transcripts.erase(at);
    return Written{n, false, gone};
  }
  Result<Written> apply(const Resolve& w) {
    Written written{0, false};
    if (w.queue == Queue::inbox) {
      auto node = dead.extract(w.id);
      if (node.empty()) return Error{Errc::not_found, "gone"};
      if (!w.drop) {
        auto& row = node.mapped().row;
        written.id = row.id = next_inbox_++;
        row.attempts = 0;
        node.mapped().epoch = 0;
        node.mapped().member.clear();
        row.reason.clear();
        live[row.id] = node.mapped();
        ended.erase(w.id);
      }
    } else {
      const auto it = outbox_rows.find(w.id);
      if (it == outbox_rows.end() ||
          (it->second.state != OutboxState::unknown && it->second.state != OutboxState::dead)) {
        return Error{Errc::not_found, "gone"};
      }
      OutboxRow row = it->second;
      outbox_rows.erase(it);
      if (!w.drop) {
        written.id = row.id = next_outbox_++;
        row.state = OutboxState::stored;
        row.entry.expires_ms = w.expires_ms;
        outbox_rows[row.id] = row;
      }
    }
    journal.emplace_back(w.drop ? "dropped" : "retried");
    written.elsewhere = !w.drop && !member_.empty();
    return written;
  }
  Result<Written> apply(const SendNotice& w) {
    for (auto& [name, box] : mailboxes) {
      if (name == member_ || (!w.to.empty() && w.to != name)) continue;
      box.push_back({member_, w.topic, w.text});
    }
    return Written{};
  }
  Result<Written> apply(const ChangeLease& w) {
    std::string& holder = leases[w.name];
    if (w.release) {
      if (holder == member_) holder.clear();
      return Written{};
    }
    if (!holder.empty() && holder != member_) return Error{Errc::conflict, "another has it"};
    if (holder.empty()) ++fence_;
    holder = member_;
    return Written{fence_};
  }
  [[nodiscard]] bool lane_is_anothers(const std::string& session) const {
    return std::any_of(live.begin(), live.end(), [&](const auto& at) {
      return at.second.row.session == session && at.second.member != member_;
    });
  }

  runtime::Loop& loop_;
  std::uint64_t life_ = 0, next_inbox_ = 1, next_outbox_ = 1;
  bool apply_orphans_ = false;
  std::string member_;  ///< that the present write is of
  std::uint64_t fence_ = 0;
  std::set<std::string> events_, idem_keys_;
  std::map<std::string, StoredValue> values_;
};

}  // namespace openclaw::pipeline::scripted
