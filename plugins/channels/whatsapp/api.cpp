#include "api.hpp"

namespace openclaw::whatsapp {

namespace {
constexpr std::uint64_t kMaxAnswer = 1U << 20U;
constexpr const char* kVersion = "/v23.0/";
}  // namespace

Api::Api(sdk::Host& host, const std::string& api_root)
    : calls_(host), prefix_(api_root + kVersion) {}

std::uint64_t Api::messages(const std::string& phone_number_id, std::string body,
                            std::uint32_t total_ms, Done done) {
  sdk::HttpRequest request;
  request.method = "POST";
  request.url = prefix_ + phone_number_id + "/messages";
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  return call(std::move(request), total_ms, std::move(done));
}

std::uint64_t Api::media(const std::string& media_id, std::uint32_t total_ms, Done done) {
  return number(media_id, total_ms, std::move(done));  // both are nodes of the graph
}

std::uint64_t Api::number(const std::string& phone_number_id, std::uint32_t total_ms, Done done) {
  sdk::HttpRequest request;
  request.url = prefix_ + phone_number_id;
  return call(std::move(request), total_ms, std::move(done));
}

std::uint64_t Api::call(sdk::HttpRequest request, std::uint32_t total_ms, Done done) {
  request.headers.emplace_back("Authorization", kAuthorization);
  request.headers.emplace_back("User-Agent", kUserAgent);
  sdk::limit_time(request, total_ms);
  request.max_bytes = kMaxAnswer;
  return calls_.begin(
      request, [done = std::move(done)](auto failure, std::uint32_t status, std::string answer) {
        done(read_answer(std::move(failure), status, std::move(answer)));
      });
}

}  // namespace openclaw::whatsapp
