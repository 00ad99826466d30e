// The token never appears here: the host puts it in place of ${secret:botToken}.
#include "api.hpp"

namespace openclaw::telegram {

namespace {
constexpr std::uint64_t kMaxAnswer = 16U << 20U;  // 100 updates of the largest size, with room
}  // namespace

Api::Api(sdk::Host& host, std::string api_root)
    : calls_(host), prefix_(std::move(api_root) + "/bot${secret:botToken}/") {}

std::uint64_t Api::call(std::string_view method, std::string body, std::uint32_t total_ms,
                        Done done, std::string_view query) {
  sdk::HttpRequest request;
  request.method = "POST";
  request.url = prefix_ + std::string(method);
  if (!query.empty()) request.url += "?" + std::string(query);
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  sdk::limit_time(request, total_ms);
  request.max_bytes = kMaxAnswer;
  return calls_.begin(
      request, [done = std::move(done)](auto failure, std::uint32_t status, std::string answer) {
        done(read_answer(std::move(failure), status, std::move(answer)));
      });
}

}  // namespace openclaw::telegram
