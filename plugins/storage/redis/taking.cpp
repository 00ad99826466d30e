// Asks open.lua until the store is ours or another's for good.
#include "taking.hpp"

#include <algorithm>
#include <charconv>
#include <random>
#include <thread>

#include "openclaw/cpp/holder.hpp"
#include "openclaw/cpp/storage.hpp"

namespace openclaw::redis {

namespace {

[[noreturn]] void refuse_version(std::string_view version, const Settings& settings) {
  int number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  throw sdk::StoreError(
      OC_E_IO, "the store " + settings.prefix + " was written by a newer version of this plugin (" +
                   std::string(version) + ", this one knows up to " + kSchemaVersion +
                   ") and was left as it is; install the newer version, or restore a backup");
}

[[noreturn]] void refuse_parts(std::string_view key, const Settings& settings) {
  throw sdk::StoreError(
      OC_E_IO,
      "parts of the store " + settings.prefix + " are missing or belong to something else (" +
          std::string(key) +
          "): keys were deleted or evicted; restore a backup of the server, or set another "
          "storage.prefix to begin anew");
}

}  // namespace

std::string fresh_secret() {
  std::random_device random;
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (int i = 0; i < 32; ++i) out += kDigits[random() & 15U];
  return out;
}

std::string next_token_after(const std::string& token) {
  return token.substr(0, token.find(':') + 1) + fresh_secret();
}

Taken take_store(Link& link, const Settings& settings, TimePoint deadline) {
  const std::string identity = fresh_secret(), secret = fresh_secret(),
                    holder = sdk::this_process();
  std::string gone;
  for (std::int64_t before = kLeaseMs;;) {
    const Reply answer = link.run(
        open_script(), store_key(settings),
        Args{identity, secret, holder, std::to_string(kLeaseMs), gone, kSchemaVersion}, deadline);
    const auto outcome = answer[0].text();
    if (outcome == "taken") {
      return {std::string(answer[1].text()), std::string(answer[2].text()),
              answer[3].text() == "new", !answer[4].text().empty()};
    }
    if (outcome == "version") refuse_version(answer[1].text(), settings);
    if (outcome == "parts") refuse_parts(answer[1].text(), settings);
    const std::string other(answer[1].text());
    const std::int64_t left = answer[2].number();
    const sdk::Fate fate = sdk::fate_of_holder(other);
    // A lease that grew was renewed: its holder lives.
    if (fate == sdk::Fate::lives || left > before) {
      throw sdk::StoreError(
          OC_E_AGAIN, "the store " + settings.prefix + " is in use by another gateway (" +
                          sdk::name_of_holder(other) + "); end that one, or set storage.prefix");
    }
    if (fate == sdk::Fate::gone) {
      gone = other;
      continue;
    }
    before = left;
    const auto pause = std::chrono::milliseconds(std::clamp<std::int64_t>(left, 10, 500));
    if (std::chrono::steady_clock::now() + pause >= deadline) {
      throw RedisError(RedisError::Kind::deadline,
                       "the lease of " + sdk::name_of_holder(other) + " did not end");
    }
    std::this_thread::sleep_for(pause);
  }
}

std::string look_at_store(Link& link, const Settings& settings, TimePoint deadline) {
  const Reply answer = link.run(look_script(), store_key(settings), {}, deadline);
  if (answer.size() == 0) {
    throw sdk::StoreError(
        OC_E_AGAIN, "the store " + settings.prefix + " is not set up yet; start the gateway first");
  }
  if (answer[0].text() != kSchemaVersion) refuse_version(answer[0].text(), settings);
  return std::string(answer[1].text());
}

}  // namespace openclaw::redis
