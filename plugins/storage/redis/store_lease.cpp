// Asks open.lua until the store is ours or another's for good.
#include "store_lease.hpp"

#include <charconv>
#include <random>
#include <thread>

#include "openclaw/cpp/storage.hpp"

namespace openclaw::redis {

namespace {

using std::chrono::steady_clock;
using Next = sdk::HolderWatch::Next;

/// "2" is "1" and what several gateways keep of who has what: SHARED in keys.lua.
constexpr const char *kSchemaAlone = "1", *kSchemaVersion = "2";

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

sdk::StoreError Holders::refused(const std::string& process, std::string_view what,
                                 const std::string& more) const {
  std::string words = refusal_(what);
  if (const auto mark = words.find("%H"); mark != std::string::npos) {
    words.replace(mark, 2, sdk::name_of_holder(process));
  }
  return {OC_E_AGAIN, words + more};
}

void Holders::meet(const std::string& process, std::int64_t left_ms, std::string_view what) {
  const auto step =
      watch_.meet(process, sdk::fate_of_holder(process), left_ms, steady_clock::now());
  if (step.next == Next::it_lives || step.next == Next::no_time) throw refused(process, what);
  std::this_thread::sleep_for(step.pause);
}

void Holders::await_renewal(const std::string& process, std::int64_t left_ms, std::int64_t mark) {
  const auto step = watch_.await_renewal(process, sdk::fate_of_holder(process), left_ms, mark,
                                         steady_clock::now());
  if (step.next == Next::no_time) {
    throw refused(process, kHasShare,
                  "; it is given " + std::to_string(left_ms) + " ms more to renew its lease");
  }
  std::this_thread::sleep_for(step.pause);
}

Args& Holders::add_lapsed(Args& args) const {
  return args.number(watch_.waited_ms(steady_clock::now())).number(watch_.mark());
}

void Holders::wait_for(const std::string& process) {
  const auto step = watch_.wait_for(process, sdk::fate_of_holder(process), steady_clock::now());
  if (step.next == Next::no_time) {
    throw RedisError(RedisError::Kind::deadline,
                     sdk::name_of_holder(process) + " is not done with sharing out the store");
  }
  std::this_thread::sleep_for(step.pause);
}

void refuse_unusable(const Reply& answer, const Settings& settings) {
  if (answer[0].text() == "version") refuse_version(answer[1].text(), settings);
  if (answer[0].text() == "parts") refuse_parts(answer[1].text(), settings);
}

namespace {

Taken take(Link& link, const Settings& settings, Holders holders, TimePoint deadline) {
  const std::string identity = fresh_secret(), secret = fresh_secret(),
                    process = sdk::this_process();
  for (;;) {
    Args args{identity, secret, process};
    holders.add_lapsed(args.number(kLeaseMs).lent("0"));
    for (const auto& gone : holders.gone()) args.lent(gone);
    const Reply answer = link.run(open_script(), store_key(settings), args, deadline);
    if (answer[0].text() == "taken") {
      return {std::string(answer[1].text()), "gateway", std::string(answer[2].text()),
              answer[3].text() == "new", !answer[4].text().empty()};
    }
    refuse_unusable(answer, settings);
    if (answer[0].text() == "lapsed") {
      holders.await_renewal(std::string(answer[1].text()), answer[2].number(), answer[3].number());
      continue;
    }
    holders.meet(std::string(answer[1].text()), answer[2].number(), answer[3].text());
  }
}

}  // namespace

Taken take_store(Link& link, const Settings& settings, TimePoint deadline) {
  const auto refusal = [&](std::string_view what) {
    return "the store " + settings.prefix +
           (what == kHasShare ? " is in use by gateways that share it (among them %H); set "
                                "gateway.instance here, too, or end those, or set storage.prefix"
                              : " is in use by another gateway (%H); end that one, or set "
                                "storage.prefix");
  };
  return take(link, settings, Holders(refusal, deadline), deadline);
}

Taken take_store_to_dump(Link& link, const Settings& settings, TimePoint deadline) {
  const auto refusal = [&](std::string_view) {
    return "the store " + settings.prefix +
           " in Redis cannot be backed up or copied while gateways use it (%H): stop all of them "
           "first";
  };
  return take(link, settings, Holders(refusal, deadline), deadline);
}

std::string look_at_store(Link& link, const Settings& settings, TimePoint deadline) {
  const Reply answer = link.run(look_script(), store_key(settings), {}, deadline);
  if (answer.size() == 0) {
    throw sdk::StoreError(
        OC_E_AGAIN, "the store " + settings.prefix + " is not set up yet; start the gateway first");
  }
  const auto version = answer[0].text();
  if (version != kSchemaAlone && version != kSchemaVersion) refuse_version(version, settings);
  return std::string(answer[1].text());
}

}  // namespace openclaw::redis
