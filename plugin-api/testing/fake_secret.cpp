// Secrets of the fake host, compared and signed with as the real one does.
#include "fake_services.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace openclaw::testing {

using sdk::copy;
using sdk::view;

oc_secret FakeHost::Services::make_secret() {
  return {sizeof(oc_secret), 0,
          [](oc_host* h, oc_str key, oc_str presented) noexcept -> int32_t {
            const auto it = host(h).secrets.find(copy(key));
            return it != host(h).secrets.end() && it->second == view(presented) ? 1 : 0;
          },
          [](oc_host* h, oc_str key, oc_str bytes, uint8_t* out) noexcept -> oc_status {
            const auto it = host(h).secrets.find(copy(key));
            if (it == host(h).secrets.end()) return OC_E_NOTFOUND;
            unsigned n = 32;
            HMAC(EVP_sha256(), it->second.data(), static_cast<int>(it->second.size()),
                 reinterpret_cast<const unsigned char*>(bytes.ptr), bytes.len, out, &n);
            return OC_OK;
          }};
}

}  // namespace openclaw::testing
