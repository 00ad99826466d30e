// The token never appears here: the host puts it in place of ${secret:botToken}.
#include "api.hpp"

namespace openclaw::discord {

namespace {
constexpr std::uint32_t kConnectMs = 10'000;
constexpr std::uint64_t kMaxAnswer = 4U << 20U;
/// Discord blocks what does not say who it is in this form.
constexpr const char* kUserAgent =
    "DiscordBot (https://github.com/openclaw/gateway, " OPENCLAW_PLUGIN_VERSION ")";
}  // namespace

Api::Api(sdk::Host& host, std::string api_root)
    : host_(host), root_(std::move(api_root) + "/v10") {}

void Api::end(std::uint64_t call, const Route& route, const Done& done, Answer answer) {
  calls_.erase(call);
  buckets_.done(route, answer, host_.now_ms());
  done(std::move(answer));
  if (ended_) ended_();
}

std::uint32_t Api::call(const Request& request, std::uint32_t total_ms, Done done,
                        std::uint64_t* id_out) {
  if (const auto ms = buckets_.begin(request.route, host_.now_ms())) return ms;
  const std::uint64_t id = next_++;
  if (id_out != nullptr) *id_out = id;
  sdk::HttpRequest http;
  http.method = request.method;
  http.url = root_ + request.path;
  http.headers.emplace_back("User-Agent", kUserAgent);
  if (request.authorized) http.headers.emplace_back("Authorization", "Bot ${secret:botToken}");
  if (!request.body.empty()) http.headers.emplace_back("Content-Type", "application/json");
  http.body = request.body;
  http.connect_ms = kConnectMs;
  http.first_byte_ms = http.idle_ms = http.total_ms = total_ms;
  http.max_bytes = kMaxAnswer;
  // Shared by the two callbacks of this one request.
  const auto rate = std::make_shared<RateHeaders>();
  const oc_op op =
      host_.http(http, {[rate](std::uint32_t, const sdk::Headers& headers) {
                          for (const auto& [name, value] : headers)
                            read_rate_header(*rate, name, value);
                        },
                        {},
                        [this, id, done, rate, route = request.route](
                            auto failure, std::uint32_t status, std::string body) {
                          end(id, route, done,
                              read_answer(std::move(failure), status, *rate, std::move(body)));
                        }});
  calls_[id] = op;
  if (op == 0) {
    host_.post([this, id, route = request.route, done = std::move(done)] {
      const sdk::Failure busy{OC_E_AGAIN, "the gateway has too many requests under way",
                              OC_EF_NOT_DONE | OC_EF_RETRY};
      end(id, route, done, read_answer(busy, 0, {}, {}));
    });
  }
  return 0;
}

void Api::cancel(std::uint64_t call) {
  const auto it = calls_.find(call);
  if (it != calls_.end()) host_.cancel(it->second);
}

void Api::cancel_all() {
  for (const auto& [id, op] : calls_) host_.cancel(op);
}

}  // namespace openclaw::discord
