// A gateway's connection that writes and collects, among several that share the schema.
#pragma once

#include "writer.hpp"

namespace openclaw::postgres {

class Member final : public Writer {
 public:
  /// As Writer, with a row of its own. Throws StoreError: OC_E_AGAIN while a living gateway has
  /// that name, or one has the schema to itself.
  Member(Settings settings, const oc_member& self, const Warn& warn);

  /// While it is not known what a collect() brought, messages are left to the others: they would
  /// overtake those that are the member's already.
  void apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) override;
  bool collect(const oc_collect& wanted, std::uint32_t deadline_ms) override;

 private:
  Claim take_membership(std::string_view info, const std::string& gone, TimePoint deadline);
  Rows call_collect(const oc_collect& wanted, TimePoint deadline);

  /// The number of the last collect() that surely was. One that was cut off is asked again by the
  /// next number: what the first try took comes then.
  std::int64_t collected_ = 0;
  bool collect_open_ = false;
};

}  // namespace openclaw::postgres
