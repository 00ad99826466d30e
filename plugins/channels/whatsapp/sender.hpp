// Sends messages, each completed once: what cannot go at once is handed back.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "api.hpp"
#include "openclaw/cpp/channel/send_results.hpp"
#include "openclaw/message.h"
#include "send_rates.hpp"

namespace openclaw::whatsapp {

class Sender {
 public:
  struct Hooks {
    /// The number of ours that a reply without one of its own goes out from, or empty.
    std::function<std::string(const std::string& chat)> number_for;
    /// WhatsApp accepted what was sent with that number at that moment.
    std::function<void(const std::string& number, std::int64_t asked_ms)> sent;
    std::function<void(const std::string& number, const SendError&)> failed;
  };
  Sender(sdk::Host& host, Api& api, std::string key_prefix, Hooks hooks);

  void send(oc_op op, const oc_message& message);
  void cancel(oc_op op);
  /// Takes nothing more; what is under way still completes.
  void stop() { stopped_ = true; }
  [[nodiscard]] bool held(const Pair& pair) const;
  /// As SendRates::spend, for what is no reply.
  std::uint32_t spend(const Pair& pair);
  /// It failed so: as a send's failure, it holds up whom it concerns.
  sdk::Failure spent_in_vain(const Pair& pair, const ApiError& error);

 private:
  struct Job {
    Pair pair;
    std::string instead;  ///< the body to send when its media is refused, or empty
    std::uint64_t call = 0;
    std::int64_t asked_ms = 0;
  };
  void request(oc_op op, Job& job, std::string body);
  bool send_instead(oc_op op, Job& job, const ApiError& error);
  void answered(oc_op op, const Answer& answer);

  sdk::Host& host_;
  Api& api_;
  std::string key_prefix_;
  Hooks hooks_;
  SendRates rates_;
  std::map<oc_op, Job> jobs_;  ///< those under way
  bool stopped_ = false;
  sdk::SendResults results_;
};

/// True for what may stand in an address: the ids come from webhooks and from the store.
bool is_number_id(std::string_view id);

}  // namespace openclaw::whatsapp
