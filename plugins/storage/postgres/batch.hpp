// A batch of writes as apply.sql takes it, and what it answers.
#pragma once

#include <cstdint>
#include <vector>

#include "openclaw/cpp/storage.hpp"
#include "parameters.hpp"

namespace openclaw::postgres {

/// The writes that an engine can apply, as parallel arrays; the others are refused here.
class Batch {
 public:
  /// In doubt: it does not know what it has collected, so that each message is left to the others.
  enum class From { the_one_gateway, a_member, a_member_in_doubt };
  /// Fills the results of those that are refused. `writes` outlives the batch.
  Batch(const sdk::StoreWrites& writes, From from);

  [[nodiscard]] bool empty() const { return taken_.empty(); }
  /// apply()'s parameters after the first four.
  void add_to(Parameters& parameters) const;
  /// `numbers`: two a write, as apply() answers. Throws std::runtime_error when they do not fit.
  void take(const std::vector<std::int64_t>& numbers) const;

 private:
  struct Columns;
  void add(Columns& row, const oc_write& write);
  void add_record(Columns& row, const oc_record& record);
  void add_finish(Columns& row, const oc_write_finish& finish);
  void put(const Columns& row);
  std::int64_t add_ids(const std::uint64_t* ids, std::uint32_t n, std::int64_t& first);

  const sdk::StoreWrites& writes_;
  From from_;
  std::vector<std::uint64_t> taken_;  ///< their places in `writes_`
  std::vector<Array> numbers_, texts_;
  Array ids_{kInt8};
  Array role_{kInt8}, ts_{kInt8}, text_{kBytea}, meta_{kBytea};
  Array created_{kInt8}, expires_{kInt8}, flags_{kInt8}, session_{kBytea}, channel_{kBytea},
      account_{kBytea}, idem_{kBytea}, payload_{kBytea};
};

}  // namespace openclaw::postgres
