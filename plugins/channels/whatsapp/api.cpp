// The token never appears here: the host puts it in place of ${secret:token}.
#include "api.hpp"

namespace openclaw::whatsapp {

namespace {
constexpr std::uint32_t kConnectMs = 10'000;
constexpr std::uint64_t kMaxAnswer = 1U << 20U;
constexpr const char* kVersion = "/v23.0/";
/// Meta's description asks for name/1.2.3.
constexpr const char* kUserAgent = "OpenClaw-Gateway/" OPENCLAW_PLUGIN_VERSION;
}  // namespace

Api::Api(sdk::Host& host, const std::string& api_root)
    : host_(host), prefix_(api_root + kVersion) {}

std::uint64_t Api::messages(const std::string& phone_number_id, std::string body,
                            std::uint32_t total_ms, Done done) {
  sdk::HttpRequest request;
  request.method = "POST";
  request.url = prefix_ + phone_number_id + "/messages";
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  return call(std::move(request), total_ms, std::move(done));
}

std::uint64_t Api::number(const std::string& phone_number_id, std::uint32_t total_ms, Done done) {
  sdk::HttpRequest request;
  request.url = prefix_ + phone_number_id;
  return call(std::move(request), total_ms, std::move(done));
}

std::uint64_t Api::call(sdk::HttpRequest request, std::uint32_t total_ms, Done done) {
  const std::uint64_t id = next_++;
  request.headers.emplace_back("Authorization", "Bearer ${secret:token}");
  request.headers.emplace_back("User-Agent", kUserAgent);
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

void Api::end(std::uint64_t call, const Done& done, Answer answer) {
  calls_.erase(call);
  done(std::move(answer));
  if (ended_) ended_();
}

void Api::cancel(std::uint64_t call) {
  const auto it = calls_.find(call);
  if (it != calls_.end()) host_.cancel(it->second);
}

void Api::cancel_all() {
  for (const auto& [id, op] : calls_) host_.cancel(op);
}

}  // namespace openclaw::whatsapp
