// Turns a provider's refusals into failures that say what the operator can do, without I/O.
//
// Serves every API whose error body is {"error":{"message","type","code"}}: OpenAI's, the servers
// compatible with it, and Anthropic's.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

class ErrorMap {
 public:
  /// `provider` is the config entry's name, `base_url` what its requests go to.
  ErrorMap(std::string provider, std::string base_url)
      : provider_(std::move(provider)), base_url_(std::move(base_url)) {}

  /// An HTTP answer that is not 2xx.
  [[nodiscard]] Failure response(std::uint32_t status, const Headers& headers,
                                 std::string_view body, std::int64_t unix_ms) const;
  /// An error object that came after HTTP 200.
  [[nodiscard]] Failure in_answer(const nlohmann::json& error) const;
  /// A transfer that failed: keeps the code, the flags and the reason.
  [[nodiscard]] Failure network(const Failure& failure) const;

  /// The body ended without the protocol's terminal event.
  [[nodiscard]] Failure cut_off() const;
  /// Something came that is not the protocol; `what` completes "openai sent ...".
  [[nodiscard]] Failure malformed(std::string_view what) const;
  [[nodiscard]] Failure too_big() const;
  [[nodiscard]] Failure no_progress(bool begun, std::uint32_t ms) const;
  [[nodiscard]] Failure missing_key(std::string_view variable) const;
  [[nodiscard]] Failure busy() const;

  [[nodiscard]] const std::string& provider() const { return provider_; }

 private:
  [[nodiscard]] Failure classify(std::uint32_t status, const nlohmann::json& error,
                                 std::string_view plain) const;
  std::string provider_, base_url_;
};

}  // namespace openclaw::sdk
