// How each send ends: said to the host, and counted.
#pragma once

#include <cstdint>
#include <string_view>

#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

/// The counters sends_total, send_errors_total and sends_postponed_total, and the evidence of
/// sending. [strand]
class SendResults {
 public:
  /// `platform` as people write it, for the counters' help.
  SendResults(Host& host, std::string_view platform);

  /// The platform took it: evidence of sending, and the receipt.
  void sent(oc_op op, std::string_view message_id);
  /// Of a send that did not reach the platform (OC_E_NET, OC_E_DEADLINE), or that it did not let
  /// in (OC_E_AUTH), it is evidence too: sending is lost until one succeeds.
  void failed(oc_op op, const Failure& failure);
  /// The same, from within the slot that was given `op`.
  void refuse(oc_op op, Failure failure);
  /// Surely not sent: the gateway keeps it, durably, and brings it again after `ms`. Should the
  /// process die meanwhile, nobody need wonder whether it arrived. Never inside either.
  void hand_back(oc_op op, std::string_view why, std::int64_t ms);
  /// refuse() for a channel that stops: surely not sent.
  void stopped(oc_op op) { refuse(op, stopping()); }
  static Failure stopping() {
    return {OC_E_CANCELLED, "the channel stops", OC_EF_NOT_DONE | OC_EF_RETRY};
  }

 private:
  Host& host_;
  std::uint32_t sent_, failed_, postponed_;
};

}  // namespace openclaw::sdk
