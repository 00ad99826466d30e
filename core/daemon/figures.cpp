// What the metrics tell of the parts, read when they are asked for.
#include "core/daemon/parts.hpp"

namespace openclaw::daemon {

void Daemon::Parts::watch_figures() {
  const auto ledger = [this](const char* state, auto member) {
    metrics.watch(
        false, "openclaw_ledger_messages",
        "Messages by state; accepted = answered + silent + queued + dead + fenced + elsewhere.",
        "state", state,
        [this, member] { return static_cast<double>(pipeline->ledger().snapshot().*member); });
  };
  ledger("accepted", &pipeline::Ledger::Snapshot::accepted);
  ledger("answered", &pipeline::Ledger::Snapshot::answered);
  ledger("silent", &pipeline::Ledger::Snapshot::silent);
  ledger("queued", &pipeline::Ledger::Snapshot::queued);
  ledger("dead", &pipeline::Ledger::Snapshot::dead);
  ledger("fenced", &pipeline::Ledger::Snapshot::fenced);
  ledger("elsewhere", &pipeline::Ledger::Snapshot::elsewhere);
  const auto held = [this](const char* kind, auto member) {
    metrics.watch(false, "openclaw_dead_letters",
                  "What waits for the operator: openclaw dead list.", "kind", kind,
                  [this, member] { return static_cast<double>(store.held().*member); });
  };
  held("message", &host::HeldCounts::Snapshot::messages);
  held("unknown_reply", &host::HeldCounts::Snapshot::unknown_replies);
  held("dead_reply", &host::HeldCounts::Snapshot::dead_replies);
  const auto& counters = store.counters();
  metrics.watch(true, "openclaw_store_commits_total", "Transactions of the store.", "", "",
                [&counters] { return static_cast<double>(counters.batches.load()); });
  metrics.watch(true, "openclaw_store_writes_total", "Writes, several to a transaction.", "", "",
                [&counters] { return static_cast<double>(counters.writes.load()); });
  metrics.watch(true, "openclaw_store_failures_total", "Transactions that failed.", "", "",
                [&counters] { return static_cast<double>(counters.failures.load()); });
  metrics.watch(true, "openclaw_store_commit_seconds_total", "Time spent committing.", "", "",
                [&counters] { return static_cast<double>(counters.commit_ns.load()) * 1e-9; });
  if (store.shared() != nullptr) {
    metrics.watch(false, "openclaw_cluster_members", "Gateways that share the store, this one too.",
                  "", "", [this] { return static_cast<double>(cluster.others() + 1); });
  }
  if (cleaner) {
    const auto& removed = cleaner->counters();
    metrics.watch(true, "openclaw_retention_sessions_removed_total",
                  "Conversations that storage.retention removed.", "", "",
                  [&removed] { return static_cast<double>(removed.sessions.load()); });
    metrics.watch(true, "openclaw_retention_entries_removed_total",
                  "Entries of conversations that storage.retention removed.", "", "",
                  [&removed] { return static_cast<double>(removed.entries.load()); });
  }
  for (const auto& part : plugins.channel_parts()) {
    metrics.watch(false, "openclaw_channel_up", "1 when the channel receives and sends.", "channel",
                  part.name, [this, name = part.name] {
                    for (const auto& p : plugins.channel_parts()) {
                      if (p.name == name) return p.enabled && p.status.is_up() ? 1.0 : 0.0;
                    }
                    return 0.0;
                  });
  }
}

}  // namespace openclaw::daemon
