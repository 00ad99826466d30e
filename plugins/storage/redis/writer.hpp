// The connection that writes, for as long as it holds the store.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "batch.hpp"
#include "reader.hpp"

namespace openclaw::redis {

class Writer : public Reader {
 public:
  enum class Tone { note, warning };
  /// `words` say what it means, and the remedy.
  using Tell = std::function<void(Tone tone, const std::string& event, const std::string& words)>;

  /// Connects, judges the server and takes the store. Throws StoreError: OC_E_AGAIN while another
  /// gateway holds it. `tell` hears that the store is new, and what makes the server less than
  /// durable; not kept.
  Writer(Settings settings, const Tell& tell);
  ~Writer() override;  ///< lets the store go

  void apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) override;
  std::uint32_t renew(std::uint32_t deadline_ms) override;

 private:
  void start(const Tell& tell, TimePoint deadline);
  void check_rights(TimePoint deadline);
  std::string send(const Batch& batch, TimePoint deadline);
  std::string call_apply(const Batch& batch, TimePoint deadline);
  std::optional<std::string> settle(TimePoint deadline);
  void end_if_lost(const RedisError& error);
  [[noreturn]] void end(const std::string& why);

  std::string token_, next_token_;
  std::uint64_t committed_ = 0;  ///< the number of the last batch that surely was
  std::string ended_;            ///< not empty: why nothing more is written
};

}  // namespace openclaw::redis
