// Numbers of its own, since a request that the host would not take has no op.
#include "openclaw/cpp/channel/http_calls.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::sdk {

std::uint64_t HttpCalls::begin(const HttpRequest& request, Done done, Head head) {
  const std::uint64_t id = next_++;
  const oc_op op = host_.http(
      request,
      {std::move(head), {}, [this, id, done](auto failure, std::uint32_t status, std::string body) {
         end(id, done, std::move(failure), status, std::move(body));
       }});
  calls_[id] = op;
  if (op == 0) {
    host_.post([this, id, done = std::move(done)] {
      end(id, done,
          Failure{OC_E_AGAIN, "the gateway has too many requests under way",
                  OC_EF_NOT_DONE | OC_EF_RETRY},
          0, {});
    });
  }
  return id;
}

void HttpCalls::end(std::uint64_t call, const Done& done, std::optional<Failure> failure,
                    std::uint32_t status, std::string body) {
  calls_.erase(call);
  done(std::move(failure), status, std::move(body));
  if (ended_) ended_();
}

void HttpCalls::cancel(std::uint64_t call) {
  const auto it = calls_.find(call);
  if (it != calls_.end()) host_.cancel(it->second);
}

void HttpCalls::cancel_all() {
  for (const auto& [id, op] : calls_) host_.cancel(op);
}

void limit_time(HttpRequest& request, std::uint32_t total_ms) {
  constexpr std::uint32_t kConnectMs = 10'000;
  request.connect_ms = std::min(kConnectMs, total_ms);
  request.first_byte_ms = request.idle_ms = request.total_ms = total_ms;
}

}  // namespace openclaw::sdk
