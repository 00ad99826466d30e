// A platform's HTTP API: the requests that are under way.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

/// Begins, counts and cancels them, so that a channel can end only when all have. [strand]
class HttpCalls {
 public:
  /// As HttpHandler::done. A request that the host would not take fails with OC_E_AGAIN.
  using Done = std::function<void(std::optional<Failure>, std::uint32_t status, std::string body)>;
  using Head = std::function<void(std::uint32_t status, const Headers&)>;

  explicit HttpCalls(Host& host) : host_(host) {}

  /// `done` comes exactly once, never inside. Returns what cancel() takes, never 0.
  std::uint64_t begin(const HttpRequest& request, Done done, Head head = {});
  /// Asks the host to end it: `done` still comes.
  void cancel(std::uint64_t call);
  void cancel_all();
  [[nodiscard]] std::size_t under_way() const { return calls_.size(); }
  /// Called whenever one has ended, after its `done`.
  void on_ended(std::function<void()> fn) { ended_ = std::move(fn); }

 private:
  void end(std::uint64_t call, const Done& done, std::optional<Failure> failure,
           std::uint32_t status, std::string body);

  Host& host_;
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, oc_op> calls_;
  std::function<void()> ended_;
};

/// Sets all of a request's deadlines to `total_ms`, for calls that answer at once or not at all.
void limit_time(HttpRequest& request, std::uint32_t total_ms);

}  // namespace openclaw::sdk
