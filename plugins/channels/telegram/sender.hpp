// Sends messages, each completed once: what cannot go at once is handed back.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "api.hpp"
#include "openclaw/cpp/channel/send_results.hpp"
#include "openclaw/cpp/channel/shared_value.hpp"
#include "openclaw/message.h"
#include "requests.hpp"
#include "send_rates.hpp"

namespace openclaw::telegram {

class Sender {
 public:
  struct Hooks {
    /// Ends this turn's drafts. 0: none is under way, so none appears after the answer; else in how
    /// many milliseconds to ask again.
    std::function<std::uint32_t(const std::string& turn_id)> end_drafts;
    std::function<void(const std::string& reason)> token_refused;
    /// The bot may not write in this chat or topic, until its administrators allow it.
    std::function<void(const std::string& place, const std::string& reason)> not_permitted;
    /// A message of this turn's answer is there.
    std::function<void(const Target& target, const std::string& turn_id)> sent;
  };
  Sender(sdk::Host& host, Api& api, std::string key_prefix, Hooks hooks);

  /// Reads which groups have become supergroups.
  void start();
  void send(oc_op op, const oc_message& message);
  void cancel(oc_op op);
  /// Takes nothing more; what is under way still completes.
  void stop();
  /// The id a chat has now.
  [[nodiscard]] std::string current_chat(std::string_view chat_id) const;
  /// For how many milliseconds Telegram has asked to leave this chat alone; 0 = it has not.
  [[nodiscard]] std::uint32_t held_ms(const std::string& chat_id) const;
  /// For a request that gives way to all sends, see SendRates.
  std::uint32_t begin_aside(const Target& target) {
    return rates_.begin_aside(target, host_.now_ms());
  }
  /// Telegram said 429 to such a request.
  void hold(const std::string& chat_id, std::uint32_t ms) {
    rates_.hold(chat_id, ms, host_.now_ms());
  }

 private:
  struct Job {
    Target target;
    std::string turn_id, text, reply_to;
    std::string plain;           ///< empty when the text has no markup
    std::optional<Media> media;  ///< with `text` as its caption
    bool migrated = false;
    std::uint64_t call = 0;
  };
  void go(oc_op op, Job job);
  void answered(oc_op op, const Answer& answer);
  static std::optional<Call> call_of(const Job& job);
  void request(oc_op op, Job& job, Call call);
  bool send_plain(oc_op op, Job& job, const ApiError& error);
  bool send_text_instead(oc_op op, Job& job, const ApiError& error);
  bool follow_migration(oc_op op, Job& job, const ApiError& error);
  /// Fails it as not sent where nothing more may be asked. False: it goes on.
  bool end_when_stopped(oc_op op, const Job& job);
  void read_again(const std::string& error);
  void save_migrations();

  sdk::Host& host_;
  Api& api_;
  std::string key_prefix_;
  Hooks hooks_;
  SendRates rates_;
  std::map<oc_op, Job> jobs_;                    ///< those under way
  std::map<std::string, std::string> migrated_;  ///< old group id → its supergroup
  sdk::SharedValue stored_;                      ///< migrated_, of all gateways
  oc_op again_timer_ = 0;
  bool migrations_known_ = false, saving_ = false, unsaved_ = false, stopped_ = false;
  sdk::SendResults results_;
};

}  // namespace openclaw::telegram
