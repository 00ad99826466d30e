// Sends messages, each completed once: what cannot go at once is handed back.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>

#include "api.hpp"
#include "openclaw/cpp/channel/send_results.hpp"
#include "openclaw/message.h"
#include "requests.hpp"

namespace openclaw::discord {

class Sender {
 public:
  struct Hooks {
    std::function<void(const std::string& reason)> token_refused;
    /// The bot may not write in this channel, until someone gives it the permission.
    std::function<void(const std::string& channel, const std::string& reason)> not_permitted;
    /// It has written there. What answers a command needs no permission, and shows none.
    std::function<void(const std::string& channel)> permitted;
    /// A message of this turn's answer is there.
    std::function<void(const std::string& turn_id)> sent;
  };
  Sender(sdk::Host& host, Api& api, std::string key_prefix, Hooks hooks);

  void send(oc_op op, const oc_message& message);
  void cancel(oc_op op);
  /// Takes nothing more; what is under way still completes.
  void stop() { stopped_ = true; }

 private:
  struct Job {
    std::string channel, reply_to, key, turn;
    Content content;
    std::optional<Interaction> interaction;  ///< the message may become its answer
    std::uint64_t call = 0;
    bool posted = false;  ///< as an ordinary message
  };
  void go(oc_op op, Job job);
  /// The interaction's first answer, then ordinary messages: which of both this is.
  void look_at_original(oc_op op, Job job);
  void looked(oc_op op, const Answer& answer);
  void edit_original(oc_op op, Job job);
  void post_message(oc_op op, Job job);
  void call(oc_op op, const Request& request, Job job, void (Sender::*then)(oc_op, const Answer&));
  void answered(oc_op op, const Answer& answer);
  bool send_without_image(oc_op op, const Answer& answer);
  void edited(oc_op op, const Answer& answer);
  void complete(oc_op op, const Answer& answer, const Job& job);
  void remember(const std::string& token, const std::string& key);

  sdk::Host& host_;
  Api& api_;
  std::string key_prefix_;
  Hooks hooks_;
  std::map<oc_op, Job> jobs_;  ///< those under way
  /// Interactions whose answer stands: token → the message that it became. Bounded.
  std::map<std::string, std::string> answered_;
  std::deque<std::string> answered_order_;
  /// Messages whose picture was refused, should they be handed back before the text went. Bounded.
  std::deque<std::string> without_image_;
  bool stopped_ = false;
  sdk::SendResults results_;
};

}  // namespace openclaw::discord
