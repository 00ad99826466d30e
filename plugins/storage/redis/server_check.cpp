// Reads INFO, and knows what each setting costs.
#include "server_check.hpp"

#include <charconv>

namespace openclaw::redis {

namespace {

constexpr int kOldestMajor = 6, kOldestMinor = 2;

/// Whether a server of that version has all the commands that the scripts use: XRANGE's "(id" came
/// last, with 6.2.
bool is_new_enough(std::string_view version) {
  int major = 0, minor = 0;
  const char* const end = version.data() + version.size();
  const auto [dot, error] = std::from_chars(version.data(), end, major);
  if (error != std::errc{}) return true;  // no Redis, but something that speaks like one
  if (dot != end) std::from_chars(dot + 1, end, minor);
  return major > kOldestMajor || (major == kOldestMajor && minor >= kOldestMinor);
}

void judge_persistence(const ServerFacts& facts, ServerVerdict& out) {
  if (facts.append_only == "0") {
    out.lax.emplace_back(
        "the server runs with appendonly no: when it ends unexpectedly, everything since its last "
        "snapshot is lost; set appendonly yes and appendfsync always");
  } else if (facts.fsync && facts.fsync != "always") {
    out.lax.emplace_back("the server runs with appendfsync " + *facts.fsync +
                         ": a crash of its machine can lose the last second and more; set "
                         "appendfsync always");
  } else if (facts.fsync_stops == "yes") {
    out.lax.emplace_back(
        "the server runs with no-appendfsync-on-rewrite yes: a crash of its machine while it "
        "rewrites its file can lose what came meanwhile; set no-appendfsync-on-rewrite no");
  }
}

void judge_replication(const ServerFacts& facts, ServerVerdict& out) {
  if (!facts.replicas || facts.replicas == "0") return;
  const bool some_must_be_there = facts.min_replicas && facts.min_replicas != "0";
  out.lax.emplace_back(
      some_must_be_there
          ? "the server has replicas, which get everything a little later: a failover can lose the "
            "newest; that cannot be set otherwise in Redis, so fail over by hand where you can "
            "(FAILOVER)"
          : "the server has replicas and min-replicas-to-write 0: a failover to one that lags can "
            "lose what was acknowledged; set min-replicas-to-write 1, and fail over by hand where "
            "you can (FAILOVER)");
}

}  // namespace

void ServerFacts::take_info(std::string_view text) {
  struct Line {
    std::string_view name;
    std::optional<std::string>* into;
  };
  const Line wanted[] = {{"redis_version:", &version},     {"role:", &role},
                         {"aof_enabled:", &append_only},   {"maxmemory:", &max_memory},
                         {"maxmemory_policy:", &eviction}, {"connected_slaves:", &replicas}};
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    for (const auto& [name, into] : wanted) {
      if (line.starts_with(name)) *into = std::string(line.substr(name.size()));
    }
  }
}

ServerVerdict judge(const ServerFacts& facts) {
  ServerVerdict out;
  if (facts.version && !is_new_enough(*facts.version)) {
    out.refusal = "Redis " + *facts.version + " is too old: 6.2 or newer is needed";
  } else if (facts.role && facts.role != "master") {
    out.refusal = "the server is a replica, which is read-only; let storage.url name the master";
  } else if (facts.max_memory && facts.max_memory != "0" && facts.eviction &&
             facts.eviction != "noeviction") {
    out.refusal = "the server runs with maxmemory-policy " + *facts.eviction +
                  ": it would throw messages away when its memory is full; set maxmemory-policy "
                  "noeviction";
  }
  judge_persistence(facts, out);
  judge_replication(facts, out);
  const bool info = facts.append_only && facts.role && facts.eviction;
  const bool config = facts.fsync.has_value();
  if (!info || (!config && facts.append_only != "0")) {
    out.unchecked = std::string(
                        "whether the server keeps what was acknowledged could not be "
                        "checked, as it refuses ") +
                    (info ? "CONFIG GET" : "INFO") +
                    "; see yourself that it runs with appendonly yes, appendfsync always and "
                    "maxmemory-policy noeviction";
  }
  return out;
}

}  // namespace openclaw::redis
