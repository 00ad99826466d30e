// Sends and edits messages, each completed once.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "api.hpp"
#include "openclaw/message.h"
#include "requests.hpp"
#include "send_queue.hpp"

namespace openclaw::telegram {

class Sender {
 public:
  struct Hooks {
    /// Calls `then` once no draft of this turn is under way, so that none appears after the answer.
    std::function<void(const std::string& turn_id, std::function<void()> then)> after_drafts;
    std::function<void(const std::string& reason)> token_refused;
  };
  Sender(sdk::Host& host, Api& api, std::string key_prefix, Hooks hooks);

  /// Reads which groups have become supergroups.
  void start();
  void send(oc_op op, const oc_message& message) { accept(op, message, false); }
  void edit(oc_op op, const oc_message& message) { accept(op, message, true); }
  void cancel(oc_op op);
  /// Ends what waits; what is under way is cancelled and still completes.
  void stop();
  /// The id a chat has now.
  [[nodiscard]] std::string current_chat(std::string_view chat_id) const;
  [[nodiscard]] bool held(const std::string& chat_id) const;

 private:
  struct Job {
    Target target;
    std::string text, reply_to, message_id;
    bool edit = false, migrated = false;
    std::uint64_t call = 0;  ///< 0 = waits
  };
  void accept(oc_op op, const oc_message& message, bool edit);
  void enqueue(oc_op op);
  void pump();
  void request(oc_op op);
  void answered(oc_op op, const Answer& answer);
  bool follow_migration(oc_op op, Job& job, const ApiError& error);
  void held_back(const std::string& chat, const sdk::Failure& failure);
  void finish(oc_op op, const sdk::Failure& failure);
  void finish_later(oc_op op, sdk::Failure failure);
  void save_migrations();

  sdk::Host& host_;
  Api& api_;
  std::string key_prefix_;
  Hooks hooks_;
  SendQueue queue_;
  std::map<oc_op, Job> jobs_;
  std::map<std::string, std::string> migrated_;  ///< old group id → its supergroup
  oc_op timer_ = 0;
  bool stopped_ = false;
  std::uint32_t sent_metric_, failed_metric_;
};

}  // namespace openclaw::telegram
