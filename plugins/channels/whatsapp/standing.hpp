// How the channel is doing, from what has been seen of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config.hpp"

namespace openclaw::whatsapp {

struct State {
  std::uint32_t state;  ///< OC_STATE_*
  std::string reason;
  bool operator==(const State& other) const {
    return state == other.state && reason == other.reason;
  }
};

/// Connected is said from evidence only: a number that answered, a webhook whose signature is
/// right, a send that was accepted. Without a phoneNumberId there is nothing to ask Meta at the
/// start, and until then it is degraded rather than connecting: what waits from before goes out,
/// which is evidence. No I/O.
class Standing {
 public:
  explicit Standing(const Config& config) : config_(config) {}

  void number_answered() { proven_ = true; }
  void webhook_verified() {
    heard_ = true;
    unheard_ = false;
  }
  /// Messages go out, and no webhook comes.
  void nothing_comes() { unheard_ = true; }
  void sent(const std::string& number);
  void unreachable(std::string reason) { trouble_ = std::move(reason); }
  void reachable() { trouble_.clear(); }
  /// Final: the operator sets another and restarts.
  void refused(std::string reason) { refused_ = std::move(reason); }
  /// Until that number sends again.
  void needs_operator(const std::string& number, std::string reason) {
    problems_[number] = std::move(reason);
  }

  [[nodiscard]] State state() const;

 private:
  const Config& config_;
  bool proven_ = false, heard_ = false, unheard_ = false;
  std::string trouble_, refused_;
  std::map<std::string, std::string> problems_;  ///< by number
};

}  // namespace openclaw::whatsapp
