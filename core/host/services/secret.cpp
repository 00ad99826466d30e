// "oc.secret/1": proofs with secrets that a plugin never sees.
#include "openclaw/host/secret.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

std::int32_t equals(oc_host* host, oc_str key, oc_str presented) noexcept {
  return Instance::of(host).secrets().equals(sdk::view(key), sdk::view(presented)) ? 1 : 0;
}

oc_status hmac_sha256(oc_host* host, oc_str key, oc_str data, std::uint8_t* out) noexcept {
  const std::string* value = Instance::of(host).secrets().value(sdk::view(key));
  if (value == nullptr) return OC_E_NOTFOUND;
  unsigned length = 32;
  const auto* bytes = reinterpret_cast<const unsigned char*>(data.ptr);
  return HMAC(EVP_sha256(), value->data(), static_cast<int>(value->size()), bytes, data.len, out,
              &length) != nullptr
             ? OC_OK
             : OC_E_INVAL;
}

}  // namespace

const void* services::secret() {
  static const oc_secret table = {sizeof(oc_secret), 0, &equals, &hmac_sha256};
  return &table;
}

}  // namespace openclaw::host
