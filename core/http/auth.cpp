// Compares SHA-256 digests in constant time, so that neither length nor prefix of a key leaks.
#include "core/http/auth.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <new>

#include "core/http/strict_request.hpp"

namespace openclaw::http {
namespace {

/// The credentials of a Bearer header, or empty.
std::string_view bearer_of(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (authorization.size() <= scheme.size()) return {};
  if (!equals_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
  const std::size_t start = authorization.find_first_not_of(' ', scheme.size());
  return start == std::string_view::npos ? std::string_view() : authorization.substr(start);
}

}  // namespace

void Authenticator::FreeMethod::operator()(evp_md_st* method) const {
  EVP_MD_free(method);
}

Authenticator::Authenticator(std::string_view api_key, std::string_view bearer_token)
    : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) {
  if (sha256_ == nullptr) throw std::bad_alloc();
  if (!api_key.empty()) api_key_ = digest(api_key);
  if (!bearer_token.empty()) bearer_token_ = digest(bearer_token);
}

Authenticator::Digest Authenticator::digest(std::string_view key) const {
  Digest result{};
  // Fails when it runs out of memory only; a digest of zeros must never count as one.
  if (EVP_Digest(key.data(), key.size(), result.data(), nullptr, sha256_.get(), nullptr) != 1) {
    throw std::bad_alloc();
  }
  return result;
}

bool Authenticator::equal(const std::optional<Digest>& expected, const Digest& given) {
  return expected && CRYPTO_memcmp(expected->data(), given.data(), given.size()) == 0;
}

Authenticator::Verdict Authenticator::check(std::string_view authorization,
                                            std::string_view x_api_key) const {
  const std::string_view bearer = bearer_of(authorization);
  if (bearer.empty() && x_api_key.empty()) return Verdict::missing;
  bool valid = false;
  if (!bearer.empty()) {
    const Digest given = digest(bearer);
    const bool as_key = equal(api_key_, given);
    const bool as_token = equal(bearer_token_, given);
    valid = as_key || as_token;
  }
  if (!x_api_key.empty()) valid = equal(api_key_, digest(x_api_key)) || valid;
  return valid ? Verdict::valid : Verdict::wrong;
}

}  // namespace openclaw::http
