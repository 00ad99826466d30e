// A batch of writes as apply.lua takes it, and what it answers.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "args.hpp"
#include "openclaw/cpp/storage.hpp"

namespace openclaw::redis {

/// The writes that an engine can apply, as words; the others are refused here.
class Batch {
 public:
  /// Fills the results of those that are refused. `writes` outlives the batch, which borrows texts.
  /// `of_a_member`: that of one of several gateways; `leaves`: all messages are to be nobody's.
  explicit Batch(const sdk::StoreWrites& writes, bool of_a_member = false, bool leaves = false);

  [[nodiscard]] bool empty() const { return taken_.empty(); }
  [[nodiscard]] std::uint64_t size() const { return taken_.size(); }
  /// Whether they take no memory to speak of, so that a server that is full is to take them.
  [[nodiscard]] bool takes_no_memory() const { return takes_no_memory_; }
  /// apply.lua's arguments after the first eight.
  [[nodiscard]] const Args& args() const { return args_; }
  /// `results`: two numbers a write, as apply.lua answers. Throws std::runtime_error when they do
  /// not fit.
  void take(std::string_view results) const;

 private:
  void add(const oc_write& write);
  void add_finish(const oc_write_finish& finish);
  void add_record(const oc_record& record);
  void add_ids(const std::uint64_t* ids, std::uint32_t n);

  const sdk::StoreWrites& writes_;
  std::uint32_t more_ingest_flags_;
  std::vector<std::uint64_t> taken_;  ///< their places in `writes_`
  bool takes_no_memory_ = true;
  Args args_;
};

}  // namespace openclaw::redis
