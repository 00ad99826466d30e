// The token never appears here: the host puts it in place of ${secret:botToken}.
#include "api.hpp"

namespace openclaw::discord {

namespace {
constexpr std::uint64_t kMaxAnswer = 4U << 20U;
}  // namespace

Api::Api(sdk::Host& host, std::string api_root)
    : host_(host), calls_(host), root_(std::move(api_root) + "/v10") {}

std::uint32_t Api::call(const Request& request, std::uint32_t total_ms, Done done,
                        std::uint64_t* id) {
  if (const auto ms = buckets_.begin(request.route, host_.now_ms())) return ms;
  const std::uint64_t call = begin(request, total_ms, std::move(done));
  if (id != nullptr) *id = call;
  return 0;
}

std::uint32_t Api::call_aside(const Request& request, std::uint32_t total_ms, Done done) {
  if (const auto ms = buckets_.begin_aside(request.route, host_.now_ms())) return ms;
  begin(request, total_ms, std::move(done));
  return 0;
}

std::uint64_t Api::begin(const Request& request, std::uint32_t total_ms, Done done) {
  sdk::HttpRequest http;
  http.method = request.method;
  http.url = root_ + request.path;
  http.headers.emplace_back("User-Agent", kUserAgent);
  if (request.authorized) http.headers.emplace_back("Authorization", "Bot ${secret:botToken}");
  if (!request.body.empty()) http.headers.emplace_back("Content-Type", "application/json");
  http.body = request.body;
  sdk::limit_time(http, total_ms);
  http.max_bytes = kMaxAnswer;
  // Shared by the two callbacks of this one request.
  const auto rate = std::make_shared<RateHeaders>();
  return calls_.begin(
      http,
      [this, rate, route = request.route, done = std::move(done)](
          auto failure, std::uint32_t status, std::string body) {
        Answer answer = read_answer(std::move(failure), status, *rate, std::move(body));
        buckets_.done(route, answer, host_.now_ms());
        done(std::move(answer));
      },
      [rate](std::uint32_t, const sdk::Headers& headers) {
        for (const auto& [name, value] : headers) read_rate_header(*rate, name, value);
      });
}

}  // namespace openclaw::discord
