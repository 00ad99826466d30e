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

#define OPENCLAW_REDIS_SCRIPT(name, text)                  \
  const Script& name##_script() {                          \
    static const Script script(std::string(text).c_str()); \
    return script;                                         \
  }
OPENCLAW_REDIS_SCRIPT(collected, kCollectedText)
OPENCLAW_REDIS_SCRIPT(entries, kEntriesText)
OPENCLAW_REDIS_SCRIPT(events, kEventsText)
OPENCLAW_REDIS_SCRIPT(history, kHistoryText)
OPENCLAW_REDIS_SCRIPT(look, kLookText)
OPENCLAW_REDIS_SCRIPT(members, kMembersText)
OPENCLAW_REDIS_SCRIPT(namespaces, kNamespacesText)
OPENCLAW_REDIS_SCRIPT(probe, kProbeText)
OPENCLAW_REDIS_SCRIPT(queue, kQueueText)
OPENCLAW_REDIS_SCRIPT(release, kReleaseText)
OPENCLAW_REDIS_SCRIPT(renew, kRenewText)
OPENCLAW_REDIS_SCRIPT(sessions, kSessionsText)
OPENCLAW_REDIS_SCRIPT(settle, kSettleText)
OPENCLAW_REDIS_SCRIPT(stats, kStatsText)
OPENCLAW_REDIS_SCRIPT(value, kValueText)
OPENCLAW_REDIS_SCRIPT(values, kValuesText)
// These consist of several.
OPENCLAW_REDIS_SCRIPT(apply, std::string(kAloneText) + kApplyText + kLoadText + kBatchText)
OPENCLAW_REDIS_SCRIPT(apply_as_member, std::string(kLanesText) + kMemberText + kApplyText +
                                           kNoticesAndLeasesText + kBatchText)
OPENCLAW_REDIS_SCRIPT(build, std::string(kLanesText) + kBuildText)
OPENCLAW_REDIS_SCRIPT(collect, std::string(kLanesText) + kCollectText)
OPENCLAW_REDIS_SCRIPT(join, std::string(kOpeningText) + kLanesText + kJoinText)
OPENCLAW_REDIS_SCRIPT(leave, std::string(kLanesText) + kLeaveText)
OPENCLAW_REDIS_SCRIPT(open, std::string(kOpeningText) + kOpenText)
#undef OPENCLAW_REDIS_SCRIPT

}  // namespace openclaw::redis
