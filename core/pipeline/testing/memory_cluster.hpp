// Several gateways' views of one store in memory, for tests.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/pipeline/testing/memory_store.hpp"

namespace openclaw::pipeline::scripted {

/// What plugin-api/include/openclaw/storage.h says of a member.
class MemoryMember final : public StorePort, public SharedStorePort {
 public:
  MemoryMember(runtime::Loop& loop, MemoryStore& store, std::string name)
      : loop_(loop), store_(store), name_(std::move(name)) {
    store_.mailboxes[name_];
  }
  ~MemoryMember() override { *alive_ = nullptr; }
  MemoryMember(const MemoryMember&) = delete;
  MemoryMember& operator=(const MemoryMember&) = delete;

  bool lost = false;       ///< nothing of it reaches the store any more
  std::size_t rounds = 0;  ///< of collecting
  runtime::TimePoint lease = runtime::TimePoint::max();

  /// Its end, or its death: what it had is nobody's.
  void leave() {
    lost = true;
    store_.mailboxes.erase(name_);
    for (auto& [id, at] : store_.live) {
      if (at.member != name_) continue;
      at.member.clear();
      at.epoch = 0;
    }
    std::erase_if(store_.reply_members, [this](const auto& at) { return at.second == name_; });
    for (auto& [lease_name, holder] : store_.leases) {
      if (holder == name_) holder.clear();
    }
  }

  void write(Write write, Done<Written> done) override {
    if (!lost) store_.write_as(name_, std::move(write), std::move(done));
  }
  void history(std::string session, std::uint32_t max_entries, std::uint64_t max_bytes,
               Done<History> done) override {
    store_.history(std::move(session), max_entries, max_bytes, std::move(done));
  }
  void inbox(bool dead, std::uint64_t after, std::uint32_t limit,
             Done<std::vector<InboxRow>> done) override {
    store_.inbox(dead, after, limit, std::move(done));
  }
  void outbox(bool dead, std::uint64_t after, std::uint32_t limit,
              Done<std::vector<OutboxRow>> done) override {
    store_.outbox(dead, after, limit, std::move(done));
  }
  void value(std::string ns, std::string key, Done<StoredValue> done) override {
    store_.value(std::move(ns), std::move(key), std::move(done));
  }
  void idle_sessions(std::int64_t before_ms, std::uint32_t limit,
                     Done<std::vector<SessionRow>> done) override {
    store_.idle_sessions(before_ms, limit, std::move(done));
  }
  void stats(Done<StoreStats> done) override { store_.stats(std::move(done)); }

  SharedStorePort* shared() override { return this; }
  [[nodiscard]] const std::string& instance() const override { return name_; }
  [[nodiscard]] runtime::TimePoint leased_until() const override { return lease; }
  void collect(Wanted wanted, Done<Collected> done) override {
    loop_.post([alive = alive_, w = std::move(wanted), d = std::move(done)]() mutable {
      if (*alive != nullptr && !(*alive)->lost) d((*alive)->take(w));
    });
  }
  void wait(runtime::Millis, Done<void> done) override {
    loop_.after(runtime::Millis{1}, [d = std::move(done)]() mutable { d(Result<void>{}); });
  }
  void members(Done<std::vector<Member>> done) override {
    loop_.post([&store = store_, d = std::move(done)]() mutable {
      std::vector<Member> out;
      for (const auto& [name, box] : store.mailboxes) {
        Member member;
        member.instance = name;
        for (const auto& [lease_name, holder] : store.leases) {
          if (holder == name) member.leases.push_back(lease_name);
        }
        out.push_back(std::move(member));
      }
      d(std::move(out));
    });
  }

 private:
  Collected take(const Wanted& wanted) {
    ++rounds;
    std::uint32_t lanes = 0;
    Collected out;
    for (auto& one : store_.live) {
      auto& at = one.second;
      if (!at.member.empty()) continue;
      const bool anothers = std::any_of(store_.live.begin(), store_.live.end(), [&](const auto& o) {
        return o.second.row.session == at.row.session && !o.second.member.empty() &&
               o.second.member != name_;
      });
      if (anothers) continue;
      const bool own = std::any_of(store_.live.begin(), store_.live.end(), [&](const auto& o) {
        return o.second.row.session == at.row.session && o.second.member == name_;
      });
      if (!own && lanes == wanted.lanes) {
        out.more = true;
        continue;
      }
      lanes += own ? 0 : 1;
      if (out.messages.size() == wanted.messages) {
        out.more = true;
        break;
      }
      at.member = name_;
      out.messages.push_back(at.row);
    }
    for (const auto& [id, row] : store_.outbox_rows) {
      const bool live = row.state == OutboxState::stored || row.state == OutboxState::started;
      const auto& outlets = wanted.outlets;
      if (!live || store_.reply_members.contains(id) ||
          std::find(outlets.begin(), outlets.end(), row.entry.channel) == outlets.end()) {
        continue;
      }
      store_.reply_members[id] = name_;
      out.replies.push_back(row);
    }
    out.notices = std::exchange(store_.mailboxes[name_], {});
    return out;
  }

  runtime::Loop& loop_;
  MemoryStore& store_;
  std::string name_;
  /// Shared with what is under way; null inside once gone.
  std::shared_ptr<MemoryMember*> alive_ = std::make_shared<MemoryMember*>(this);
};

}  // namespace openclaw::pipeline::scripted
