// Begins, writes and ends messages.
#include "deliveries.hpp"

#include <algorithm>
#include <array>

#include "openclaw/cpp/text.hpp"

namespace openclaw::irc {

namespace {

sdk::Failure in_doubt(oc_status code, const std::string& why) {
  return {code, why + "; the message may have been delivered", OC_EF_MAYBE_DONE};
}

}  // namespace

bool Deliveries::is_refusal(const std::string& numeric) {
  // No such nick, server, room; cannot send; no such service; too long; needs an account; blocked
  // by the one it is for.
  static constexpr std::array<std::string_view, 16> kRefusals = {
      "401", "402", "403", "404", "407", "408", "411", "412",
      "413", "414", "415", "477", "486", "489", "531", "716"};
  return std::find(kRefusals.begin(), kRefusals.end(), numeric) != kRefusals.end();
}

bool Deliveries::refuse(Job& job, const Line& line) {
  if (job.written == 0 || job.refused + 1 >= job.lines.size()) return false;
  ++job.refused;
  if (job.refusal.empty()) job.refusal = line.command + ": " + sdk::shortened(line.last());
  return true;
}

std::int64_t Deliveries::begin(oc_op op, const std::string& chat, const std::string& target,
                               const std::vector<std::string>& lines, std::int64_t now_ms) {
  const std::size_t count = lines.size() + 1;
  // Nothing comes between the lines of a message that is being written.
  const std::int64_t busy_ms =
      writing() ? gate_.due_at(jobs_.back().lines.size() - 1, jobs_.back().begun_ms) - now_ms : 0;
  const std::int64_t wait_ms = std::max(busy_ms, gate_.wait_ms(chat, count, now_ms));
  if (wait_ms > 0) return wait_ms;
  gate_.take(chat, count, now_ms);
  Job job;
  job.op = op;
  job.target = target;
  job.token = id_prefix_ + std::to_string(++count_);
  for (const std::string& text : lines) job.lines.push_back("PRIVMSG " + target + " :" + text);
  job.lines.push_back("PING :" + job.token);
  job.begun_ms = now_ms;
  job.deadline_ms = gate_.due_at(count - 1, now_ms) + kPongMs;
  jobs_.push_back(std::move(job));
  return 0;
}

Outs Deliveries::due(std::int64_t now_ms) {
  Outs out;
  if (!writing()) return out;
  Job& job = jobs_.back();
  const std::size_t due = gate_.due(job.lines.size(), job.begun_ms, now_ms);
  for (; job.written < due; ++job.written) out.push_back({job.lines[job.written]});
  return out;
}

std::optional<std::int64_t> Deliveries::next_ms() const {
  if (jobs_.empty()) return std::nullopt;
  std::int64_t next = jobs_.front().deadline_ms;
  for (const Job& job : jobs_) next = std::min(next, job.deadline_ms);
  if (writing()) next = std::min(next, gate_.due_at(jobs_.back().written, jobs_.back().begun_ms));
  return next;
}

std::optional<Deliveries::Outcome> Deliveries::answered(const std::string& token) {
  const auto it = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) {
    return job.token == token && job.written == job.lines.size();
  });
  if (it == jobs_.end()) return std::nullopt;
  const Job job = std::move(*it);
  jobs_.erase(it);
  if (job.refused == 0) return Outcome{job.op, std::nullopt, job.token, job.target};
  const bool all = job.refused + 1 == job.lines.size();
  std::string reason =
      (all ? "the server refused the message (" : "the server refused a part of the message (") +
      job.refusal + ")";
  const std::string numeric = job.refusal.substr(0, 3);
  if (numeric == "404") {
    reason +=
        ": have the bot given voice there, or the ban or the mode lifted that keeps it silent";
  } else if (numeric == "477" || numeric == "486" || numeric == "531") {
    reason += ": let the gateway log in to an account (saslUser and password)";
  }
  return Outcome{
      job.op,
      sdk::Failure{OC_E_REFUSED, reason, all ? OC_EF_NOT_DONE : OC_EF_MAYBE_DONE},
      {},
      job.target,
      all && (numeric == "403" || numeric == "404" || numeric == "477" || numeric == "489")};
}

std::vector<Deliveries::Outcome> Deliveries::overdue(std::int64_t now_ms) {
  std::vector<Outcome> out;
  for (const Job& job : jobs_) {
    if (job.deadline_ms > now_ms) continue;
    out.push_back({job.op, in_doubt(OC_E_DEADLINE, "the server did not answer in time"), {}});
  }
  std::erase_if(jobs_, [now_ms](const Job& job) { return job.deadline_ms <= now_ms; });
  return out;
}

std::vector<Deliveries::Outcome> Deliveries::lost(const std::string& why) {
  std::vector<Outcome> out;
  for (const Job& job : jobs_) {
    out.push_back({job.op,
                   job.written == 0
                       ? sdk::Failure{OC_E_AGAIN, why, OC_EF_NOT_DONE | OC_EF_RETRY, 5'000}
                       : in_doubt(OC_E_NET, why),
                   {}});
  }
  jobs_.clear();
  return out;
}

std::optional<Deliveries::Outcome> Deliveries::cancel(oc_op op) {
  const auto it =
      std::find_if(jobs_.begin(), jobs_.end(), [op](const Job& job) { return job.op == op; });
  if (it == jobs_.end()) return std::nullopt;
  // What is left of it is not said either.
  jobs_.erase(it);
  return Outcome{op, in_doubt(OC_E_CANCELLED, "the send was cancelled"), {}};
}

}  // namespace openclaw::irc
