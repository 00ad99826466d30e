// Carries chats over the host's HTTP: deadlines, cancellation, sizes and failures of each.
//
// The plugin gives a request and a parser of its dialect, and forwards cancel, quiesce and stop.
// Every op is completed exactly once, never inside the call that brought it.
#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "openclaw/cpp/provider/chat_parser.hpp"
#include "openclaw/cpp/provider/error_map.hpp"
#include "openclaw/provider.h"

namespace openclaw::sdk {

class ChatClient {
 public:
  /// Of an answer, all its events together.
  static constexpr std::uint64_t kMaxAnswer = 32 * 1024 * 1024;

  ChatClient(Host& host, const ErrorMap& errors);
  ~ChatClient();

  /// `asked` gives the deadlines and says whether the answer is a stream.
  void chat(oc_op op, const oc_chat_request& asked, HttpRequest request,
            std::unique_ptr<ChatParser> parser);
  /// Fails an op inside the call that brought it.
  void refuse(oc_op op, Failure failure);

  void cancel(oc_op op);
  void quiesce(oc_op op);
  void stop(oc_op op);

 private:
  class Transfer;
  bool admit(oc_op op);
  void launch(std::unique_ptr<Transfer> transfer, const HttpRequest& request);
  void conclude(Transfer& transfer, const std::optional<Failure>& failure);
  void cancel(Transfer& transfer);
  void look_at_deadline(oc_op op);
  void forget(oc_op op);
  void settle();
  void report(const Failure* failure);

  Host& host_;
  const ErrorMap& errors_;
  std::unordered_map<oc_op, std::unique_ptr<Transfer>> transfers_;
  std::vector<oc_op> waiting_;           // quiesce and stop, until no transfer is left
  bool quiet_ = false;                   // takes nothing new
  bool troubled_ = false;                // the status says so
  std::uint32_t failures_in_a_row_ = 0;  // of the provider, not of requests
};

}  // namespace openclaw::sdk
