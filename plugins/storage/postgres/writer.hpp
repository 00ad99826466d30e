// The connection that writes, for as long as it holds the gateway's name.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "batch.hpp"
#include "reader.hpp"

namespace openclaw::postgres {

class Writer final : public Reader {
 public:
  using Warn = std::function<void(const std::string& event, const std::string& words)>;

  /// Connects, migrates and takes the gateway's name. Throws StoreError: OC_E_AGAIN while another
  /// gateway holds it. `warn` tells what makes the server less than durable; not kept.
  Writer(Settings settings, const Warn& warn);
  ~Writer() override;  ///< lets the name go

  void apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) override;
  std::uint32_t renew(std::uint32_t deadline_ms) override;

 private:
  struct Claim {
    bool taken = false;
    std::string holder;
    std::int64_t left_ms = 0;
  };
  void take_name(TimePoint deadline);
  Claim try_to_take(bool at_once, TimePoint deadline);
  void warn_of_lax_settings(const Warn& warn, TimePoint deadline);
  std::vector<std::int64_t> send(const Batch& batch, TimePoint deadline);
  std::vector<std::int64_t> call_apply(const Batch& batch, TimePoint deadline);
  std::optional<std::vector<std::int64_t>> settle(TimePoint deadline);
  [[noreturn]] void end(const std::string& why);
  [[noreturn]] void end_taken_over();

  std::string token_, next_token_, last_holder_;
  std::int64_t batch_number_ = 0;
  std::string ended_;  ///< not empty: why nothing more is written
};

}  // namespace openclaw::postgres
