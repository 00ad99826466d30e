// The name under which a server keeps a script is the SHA-1 of its text.
#include "script.hpp"

#include <openssl/evp.h>

#include <array>

#include "texts.hpp"

namespace openclaw::redis {

namespace {

std::string hexadecimal_sha1(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < length; ++i) {
    out += kDigits[digest[i] >> 4U];
    out += kDigits[digest[i] & 15U];
  }
  return out;
}

}  // namespace

Script::Script(const char* body)
    : text(std::string(kKeysText) + body), sha1(hexadecimal_sha1(text)) {}

#define OPENCLAW_REDIS_SCRIPT(name, text) \
  const Script& name##_script() {         \
    static const Script script(text);     \
    return script;                        \
  }
OPENCLAW_REDIS_SCRIPT(entries, kEntriesText)
OPENCLAW_REDIS_SCRIPT(events, kEventsText)
OPENCLAW_REDIS_SCRIPT(history, kHistoryText)
OPENCLAW_REDIS_SCRIPT(look, kLookText)
OPENCLAW_REDIS_SCRIPT(namespaces, kNamespacesText)
OPENCLAW_REDIS_SCRIPT(open, kOpenText)
OPENCLAW_REDIS_SCRIPT(probe, kProbeText)
OPENCLAW_REDIS_SCRIPT(queue, kQueueText)
OPENCLAW_REDIS_SCRIPT(release, kReleaseText)
OPENCLAW_REDIS_SCRIPT(renew, kRenewText)
OPENCLAW_REDIS_SCRIPT(sessions, kSessionsText)
OPENCLAW_REDIS_SCRIPT(settle, kSettleText)
OPENCLAW_REDIS_SCRIPT(stats, kStatsText)
OPENCLAW_REDIS_SCRIPT(value, kValueText)
OPENCLAW_REDIS_SCRIPT(values, kValuesText)
#undef OPENCLAW_REDIS_SCRIPT

const Script& apply_script() {
  static const Script script((std::string(kApplyText) + kLoadText + kBatchText).c_str());
  return script;
}

}  // namespace openclaw::redis
