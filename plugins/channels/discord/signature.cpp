// OpenSSL does the arithmetic.
#include "signature.hpp"

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "hex.hpp"

namespace openclaw::discord {

namespace {
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
}  // namespace

bool is_signed(const std::array<std::uint8_t, 32>& public_key, std::string_view signature_hex,
               std::string_view timestamp, std::string_view body) {
  const auto signature = bytes_of_hex<64>(signature_hex);
  if (!signature || timestamp.empty()) return false;
  const Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()),
      &EVP_PKEY_free);
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!key || !context ||
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1) {
    return false;
  }
  std::string message(timestamp);
  message += body;
  return EVP_DigestVerify(context.get(), signature->data(), signature->size(),
                          reinterpret_cast<const std::uint8_t*>(message.data()),
                          message.size()) == 1;
}

}  // namespace openclaw::discord
