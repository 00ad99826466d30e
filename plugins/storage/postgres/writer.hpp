// The connection that writes, for as long as its gateway holds its row: that of the whole schema,
// or a member's.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "batch.hpp"
#include "reader.hpp"
#include "store_lease.hpp"

namespace openclaw::postgres {

class Writer : public Reader {
 public:
  using Warn = std::function<void(const std::string& event, const std::string& words)>;

  /// Connects, migrates and takes the schema for this gateway alone. Throws StoreError: OC_E_AGAIN
  /// while another gateway uses it. `warn` tells what makes the server less than durable; not kept.
  Writer(Settings settings, const Warn& warn);
  ~Writer() override;  ///< lets go of what it took

  void apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) override;
  std::uint32_t renew(std::uint32_t deadline_ms) override;

 protected:
  /// A member's, which begins by open(). `instance` is not empty.
  Writer(Settings settings, std::string instance, std::int64_t lease_ms);
  /// Connects, migrates and repeats `take` until it is done; throws StoreError.
  void open(const std::function<Claim(const Known& known, TimePoint deadline)>& take,
            const Warn& warn);
  void apply_from(Batch::From from, const sdk::StoreWrites& writes, std::uint32_t deadline_ms);
  /// Connects, and makes sure that nothing that was sent before still arrives.
  void connect_settled(TimePoint deadline);
  /// Something was sent, and its outcome is open: the next connect_settled() asks.
  void leave_open() { unsettled_ = true; }
  /// Throws why nothing more is written, when that is so.
  void check_not_ended() const;
  /// Throws why nothing more is written, when the server says so.
  void end_if_lost(const PgError& error);
  std::string instance_;  ///< empty: it has the schema to itself
  std::string token_;
  std::int64_t lease_ms_;
  std::int64_t committed_ = 0;  ///< the number of the last batch that surely was

 private:
  Claim take_alone(const Known& known, TimePoint deadline);
  void let_go() noexcept;
  void warn_of_lax_settings(const Warn& warn, TimePoint deadline);
  std::vector<std::int64_t> send(const Batch& batch, TimePoint deadline);
  std::vector<std::int64_t> call_apply(const Batch& batch, TimePoint deadline);
  std::optional<std::vector<std::int64_t>> settle(TimePoint deadline);
  [[noreturn]] void end(const std::string& why);
  [[noreturn]] void end_taken_over();
  void check_batch(std::int64_t last) const;

  std::string next_token_;
  bool holds_ = false, unsettled_ = false;
  std::string ended_;  ///< not empty: why nothing more is written
};

}  // namespace openclaw::postgres
