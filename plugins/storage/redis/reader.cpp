// The connection of the read slots, and those that read one thing.
#include "reader.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "dump.hpp"
#include "explain.hpp"
#include "openclaw/cpp/text.hpp"
#include "store_lease.hpp"

namespace openclaw::redis {

using sdk::str;
using sdk::view;

namespace {

constexpr std::uint32_t kOpenMs = 15'000;
constexpr std::chrono::milliseconds kFirstWait{100};

}  // namespace

Reader::Reader(Settings settings) : Reader(std::move(settings), Unchecked{}) {
  const TimePoint deadline = deadline_in(kOpenMs);
  try {
    connect(deadline);
    identity_ = look_at_store(link_, settings_, deadline);
  } catch (const RedisError& error) {
    throw explain(error, "open");
  }
}

void Reader::connect(TimePoint deadline) {
  if (link_.is_open()) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < retry_at_) throw last_failure_;
  try {
    link_.open(deadline);
    wait_ = {};
  } catch (const RedisError& error) {
    last_failure_ = error;
    wait_ = std::clamp(wait_ * 2, kFirstWait, longest_wait_);
    retry_at_ = std::chrono::steady_clock::now() + wait_;
    throw;
  }
}

Reply Reader::ask(const Script& script, const Args& args, TimePoint deadline) {
  return asked(deadline,
               [&] { return link_.run(script, key_, Args().lent(identity_).add(args), deadline); });
}

Reply Reader::asked(TimePoint deadline, const std::function<Reply()>& run) {
  for (bool again = true;; again = false) {
    try {
      connect(deadline);
      return run();
    } catch (const RedisError& error) {
      if (error.code == "OCWIPED") {
        throw sdk::StoreError(OC_E_IO, "the server was wiped: the store " + settings_.prefix +
                                           " is no longer the one that was there at the start");
      }
      if (has_moved(error)) link_.close();
      // A connection that was cut while it was idle shows only now; a read may be asked twice.
      const bool cut = !link_.is_open() && std::chrono::steady_clock::now() >= retry_at_ &&
                       error.kind != RedisError::Kind::deadline;
      if (again && cut) continue;
      throw explain(error, "read from");
    }
  }
}

void Reader::apply(const sdk::StoreWrites&, std::uint32_t) {
  throw sdk::StoreError(OC_E_INVAL, "this connection was opened for reading");
}

void Reader::kv_get(oc_str ns, oc_str key, std::uint32_t deadline_ms, oc_visit_kv visit,
                    void* ctx) {
  const Reply row = ask(value_script(), Args{view(ns), view(key)}, deadline_in(deadline_ms));
  if (row.size() == 0) throw sdk::StoreError(OC_E_NOTFOUND, "no such key");
  const oc_kv_row out = {sizeof out, 0, key, str(row[1].text()), row[0].id()};
  visit(ctx, &out);
}

/// 0 when the server does not tell.
std::int64_t Reader::used_memory(TimePoint deadline) {
  try {
    const Reply info = link_.run(Args{"INFO", "memory"}, deadline);
    constexpr std::string_view kName = "\nused_memory:";
    const auto at = info.text().find(kName);
    if (at == std::string_view::npos) return 0;
    return std::strtoll(info.text().data() + at + kName.size(), nullptr, 10);
  } catch (const RedisError& error) {
    if (error.kind == RedisError::Kind::server) return 0;
    throw explain(error, "read from");
  }
}

void Reader::stats(std::uint32_t deadline_ms, oc_put_text put, void* ctx) {
  const TimePoint deadline = deadline_in(deadline_ms);
  constexpr std::array kNames = {"inbox",         "outbox",   "deadInbox", "deadOutbox",
                                 "unknownOutbox", "maxEpoch", "sessions",  "usedBytes"};
  const Reply row = ask(stats_script(), {}, deadline);
  std::string json = "{";
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    json += '"' + std::string(kNames[i]) + "\":" + std::to_string(row[i].number()) + ',';
  }
  const std::int64_t texts = row[kNames.size() - 1].number();
  constexpr std::size_t kNow = 10;
  json += "\"nowMs\":" + std::to_string(row[kNow].number()) + ',';
  json += "\"bytes\":" + std::to_string(std::max(used_memory(deadline), texts)) + '}';
  put(ctx, str(json));
}

std::uint64_t Reader::max_epoch(std::uint32_t deadline_ms) {
  constexpr std::size_t kMaxEpoch = 5;
  return ask(stats_script(), {}, deadline_in(deadline_ms))[kMaxEpoch].id();
}

void Reader::wait(oc_str instance, std::uint32_t max_ms) {
  if (!listener_) listener_.emplace(settings_);
  listener_->wait(view(instance), deadline_in(max_ms));
}

void Reader::dump(oc_str after, std::uint64_t max_bytes, std::uint32_t deadline_ms,
                  oc_visit_record visit, oc_put_text put_next, void* ctx) {
  const TimePoint deadline = deadline_in(deadline_ms);
  Dump([&](const Script& script, const Args& args) {
    return ask(script, args, deadline);
  }).run(view(after), max_bytes, visit, put_next, ctx);
}

}  // namespace openclaw::redis
