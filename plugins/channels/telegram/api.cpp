// The token never appears here: the host puts it in place of ${secret:botToken}.
#include "api.hpp"

namespace openclaw::telegram {

namespace {
constexpr std::uint32_t kConnectMs = 10'000;
constexpr std::uint64_t kMaxAnswer = 16U << 20U;  // 100 updates of the largest size, with room
}  // namespace

Api::Api(sdk::Host& host, std::string api_root)
    : host_(host), prefix_(std::move(api_root) + "/bot${secret:botToken}/") {}

void Api::end(std::uint64_t call, const Done& done, Answer answer) {
  calls_.erase(call);
  done(std::move(answer));
  if (ended_) ended_();
}

std::uint64_t Api::call(std::string_view method, std::string body, std::uint32_t total_ms,
                        Done done, std::string_view query) {
  const std::uint64_t id = next_++;
  sdk::HttpRequest request;
  request.method = "POST";
  request.url = prefix_ + std::string(method);
  if (!query.empty()) request.url += "?" + std::string(query);
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  request.connect_ms = kConnectMs;
  request.first_byte_ms = total_ms;
  request.idle_ms = total_ms;
  request.total_ms = total_ms;
  request.max_bytes = kMaxAnswer;
  const oc_op op = host_.http(
      request, {{}, {}, [this, id, done](auto failure, std::uint32_t status, std::string answer) {
                  end(id, done, read_answer(std::move(failure), status, std::move(answer)));
                }});
  calls_[id] = op;
  if (op == 0) {
    host_.post([this, id, done = std::move(done)] {
      const sdk::Failure busy{OC_E_AGAIN, "the gateway has too many requests under way",
                              OC_EF_NOT_DONE | OC_EF_RETRY};
      end(id, done, read_answer(busy, 0, {}));
    });
  }
  return id;
}

void Api::cancel(std::uint64_t call) {
  const auto it = calls_.find(call);
  if (it != calls_.end()) host_.cancel(it->second);
}

void Api::cancel_all() {
  for (const auto& [id, op] : calls_) host_.cancel(op);
}

}  // namespace openclaw::telegram
