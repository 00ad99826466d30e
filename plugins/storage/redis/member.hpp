// The connection of one of several gateways that share the store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "membership.hpp"
#include "writer.hpp"

namespace openclaw::redis {

class Member final : public Writer {
 public:
  /// Joins. Throws StoreError: OC_E_AGAIN while a living gateway has that name, or one has the
  /// whole store. `tell` as Writer's.
  Member(const Settings& settings, const oc_member& member, const Tell& tell);

  bool collect(const oc_collect& wanted, std::uint32_t deadline_ms) override;

 private:
  /// What was collected and not visited yet came first.
  [[nodiscard]] bool must_leave() const override { return pending_.has_value(); }
  /// What is this member's by now, and was not visited yet.
  struct Collected {
    std::vector<std::string> messages, replies;
    bool notices = false, more = false;
    /// As when only dead ones were ended, who had nothing.
    [[nodiscard]] bool is_empty() const { return messages.empty() && replies.empty() && !notices; }
  };
  std::optional<Collected> collect_ids(const oc_collect& wanted, TimePoint deadline, bool& more);
  static Collected read_results(const std::string& results);

  std::optional<Collected> pending_;
};

}  // namespace openclaw::redis
