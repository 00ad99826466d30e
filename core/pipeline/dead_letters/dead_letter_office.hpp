// Lists dead letters for the operator, and carries out what is decided about them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/log/log.hpp"
#include "core/pipeline/dead_letters/dead_letters.hpp"
#include "core/pipeline/ports.hpp"

namespace openclaw::pipeline {

/// On the pipeline's loop, as its ports are.
class DeadLetterOffice {
 public:
  struct Surroundings {
    StorePort& store;
    log::Log& log;
    std::function<std::int64_t()> unix_ms;
    std::int64_t reply_ttl_ms = 0;
    /// Whoever asks for a retry has mended what the reasons say.
    std::function<void()> mended;
    /// It waits again, under the id and with the expiry that it has now.
    std::function<void(InboxRow)> message_waits;
    std::function<void(std::uint64_t id, const OutboxEntry&)> reply_waits;
  };
  explicit DeadLetterOffice(Surroundings surroundings);
  ~DeadLetterOffice();
  DeadLetterOffice(const DeadLetterOffice&) = delete;
  DeadLetterOffice& operator=(const DeadLetterOffice&) = delete;

  /// What died, behind `after`, at most `limit` (not 0) of it.
  void list(const DeadId& after, std::uint32_t limit, Done<DeadPage> done);
  /// Tries them again, or drops them, each for itself and in this order.
  void resolve(const std::vector<DeadId>& ids, bool drop, Done<std::vector<DeadOutcome>> done);

 private:
  struct List;
  struct Job;
  void fill(const std::shared_ptr<List>& list, const DeadId& after);
  void decide(const std::shared_ptr<Job>& job);
  void decided(const std::shared_ptr<Job>& job, std::size_t at, const Result<Written>& written,
               std::int64_t expires_ms);
  static void finish(const std::shared_ptr<Job>& job);

  Surroundings around_;
  std::shared_ptr<DeadLetterOffice*> alive_;  ///< shared with callbacks; null inside once gone
};

}  // namespace openclaw::pipeline
