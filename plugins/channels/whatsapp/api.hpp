// Calls of the Graph API through the host's HTTP service.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "answer.hpp"
#include "openclaw/cpp/host.hpp"

namespace openclaw::whatsapp {

class Api {
 public:
  using Done = std::function<void(Answer)>;

  Api(sdk::Host& host, const std::string& api_root);

  /// POSTs `body` to the number's messages. `done` comes exactly once, never inside. Returns what
  /// cancel() takes.
  std::uint64_t messages(const std::string& phone_number_id, std::string body,
                         std::uint32_t total_ms, Done done);
  /// Asks what the number is.
  std::uint64_t number(const std::string& phone_number_id, std::uint32_t total_ms, Done done);
  void cancel(std::uint64_t call);
  void cancel_all();
  [[nodiscard]] std::size_t under_way() const { return calls_.size(); }
  /// Called whenever a call has ended.
  void on_ended(std::function<void()> fn) { ended_ = std::move(fn); }

 private:
  std::uint64_t call(sdk::HttpRequest request, std::uint32_t total_ms, Done done);
  void end(std::uint64_t call, const Done& done, Answer answer);

  sdk::Host& host_;
  std::string prefix_;
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, oc_op> calls_;
  std::function<void()> ended_;
};

}  // namespace openclaw::whatsapp
