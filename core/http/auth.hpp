// Whether a request shows the gateway's key.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

struct evp_md_st;

namespace openclaw::http {

/// Keeps only digests. Keys are read from headers, never from the query string, which ends up in
/// logs and browser histories.
class Authenticator {
 public:
  enum class Verdict : std::uint8_t { missing, wrong, valid };

  /// An empty key matches nothing.
  Authenticator(std::string_view api_key, std::string_view bearer_token);

  /// `authorization` and `x_api_key` are header values, empty when absent. A scheme other than
  /// Bearer counts as missing. One right key is enough.
  [[nodiscard]] Verdict check(std::string_view authorization, std::string_view x_api_key) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  [[nodiscard]] Digest digest(std::string_view key) const;
  static bool equal(const std::optional<Digest>& expected, const Digest& given);

  struct FreeMethod {
    void operator()(evp_md_st* method) const;
  };
  std::unique_ptr<evp_md_st, FreeMethod> sha256_;  ///< looked up once: it takes longer than hashing
  std::optional<Digest> api_key_;
  std::optional<Digest> bearer_token_;
};

}  // namespace openclaw::http
