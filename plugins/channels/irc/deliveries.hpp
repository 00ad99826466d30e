// Messages on their way to the server: lines that are due, and what becomes of each message.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flood_gate.hpp"
#include "line.hpp"
#include "openclaw/cpp/failure.hpp"
#include "out.hpp"

namespace openclaw::irc {

/// IRC has no receipts. A PING follows each message, and a server works through its lines in order:
/// the PONG says that it has taken the lines before, and what it refused it has said by then.
///
/// A message begins only when all its lines may go, or the bucket is full: a message that was
/// handed back has surely not been sent, which could not be said of one that has begun. For the
/// same reason what has begun stays here until its end, even when its last lines wait for the gate;
/// the manifest's limit of text bounds how long that is.
class Deliveries {
 public:
  static constexpr std::int64_t kPongMs = 60'000;

  struct Outcome {
    oc_op op = 0;
    std::optional<sdk::Failure> failure;
    std::string message_id;
    std::string target{};   ///< where the server has taken or refused it; empty: it did neither
    bool kept_out = false;  ///< refused whole, as the target lets the gateway not speak
  };

  explicit Deliveries(FloodGate& gate, std::string id_prefix)
      : gate_(gate), id_prefix_(std::move(id_prefix)) {}

  /// 0: begun. Else in how many milliseconds it may: hand it back.
  std::int64_t begin(oc_op op, const std::string& chat, const std::string& target,
                     const std::vector<std::string>& lines, std::int64_t now_ms);
  /// What is to be sent now.
  Outs due(std::int64_t now_ms);
  [[nodiscard]] std::optional<std::int64_t> next_ms() const;

  /// A line of the server: a PONG of ours, or a refusal. `lower` makes names comparable.
  template <class Lower>
  std::optional<Outcome> received(const Line& line, Lower lower) {
    if (line.command == "PONG") return answered(line.last());
    if (is_refusal(line.command) && line.params.size() >= 2) {
      for (Job& job : jobs_) {
        if (lower(job.target) == lower(line.param(1)) && refuse(job, line)) break;
      }
    }
    return std::nullopt;
  }
  /// Those whose PONG is overdue.
  std::vector<Outcome> overdue(std::int64_t now_ms);
  /// The connection is gone.
  std::vector<Outcome> lost(const std::string& why);
  /// The host wants no longer to wait.
  std::optional<Outcome> cancel(oc_op op);
  [[nodiscard]] bool empty() const { return jobs_.empty(); }

 private:
  struct Job {
    oc_op op = 0;
    std::string target, token;
    std::vector<std::string> lines;  ///< the PING is the last
    std::int64_t begun_ms = 0, deadline_ms = 0;
    std::size_t written = 0, refused = 0;
    std::string refusal;
  };
  static bool is_refusal(const std::string& numeric);
  static bool refuse(Job& job, const Line& line);
  std::optional<Outcome> answered(const std::string& token);
  [[nodiscard]] bool writing() const {
    return !jobs_.empty() && jobs_.back().written < jobs_.back().lines.size();
  }

  FloodGate& gate_;
  std::string id_prefix_;
  std::uint64_t count_ = 0;
  std::deque<Job> jobs_;  ///< in the order in which they began
};

}  // namespace openclaw::irc
