// Puts a dialect's calls and parsers together with the section's address, key and headers.
#include "openclaw/cpp/provider/http_provider.hpp"

#include <utility>

namespace openclaw::sdk {

HttpProvider::HttpProvider(Host& host, std::string_view name, ProviderSection section,
                           HttpDialect dialect)
    : Provider(host),
      section_(std::move(section)),
      dialect_(dialect),
      errors_(std::string(name), section_.base_url),
      client_(host, errors_) {
  if (section_.has_key) add_header(std::string(dialect.key_header), std::string(dialect.key_value));
}

void HttpProvider::add_header(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
}

void HttpProvider::start(oc_op op) {
  if (lacks_key()) {
    host().status(OC_STATE_DEGRADED, missing_key().message);
  } else {
    host().status(OC_STATE_CONNECTED);
  }
  host().post([this, op] { host().complete(op); });
}

void HttpProvider::chat(oc_op op, const oc_chat_request& asked) {
  if (lacks_key()) {
    client_.refuse(op, missing_key());
    return;
  }
  ChatCall made = call(asked);
  if (!made.problem.empty()) {
    client_.refuse(op, {OC_E_INVAL, std::move(made.problem), OC_EF_NOT_DONE});
    return;
  }
  Headers headers = headers_;
  headers.emplace_back("Content-Type", "application/json");
  headers.emplace_back(
      "Accept", (asked.flags & OC_CHAT_STREAM) != 0 ? "text/event-stream" : "application/json");
  HttpRequest request = section_.request("POST", made.path, std::move(headers));
  request.body = std::move(made.body);
  client_.chat(op, asked, std::move(request), parser(asked));
}

}  // namespace openclaw::sdk
