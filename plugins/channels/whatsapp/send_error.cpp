// The codes are those of the Cloud API's list of errors; their HTTP status varies and decides only
// where the code is not known.
#include "send_error.hpp"

#include <algorithm>
#include <array>

#include "openclaw/cpp/json.hpp"

namespace openclaw::whatsapp {

namespace {

using nlohmann::json;

struct Limit {
  std::int64_t code;
  Scope scope;
  std::uint32_t wait_ms;
  const char* words;
};

constexpr std::array<Limit, 5> kLimits = {{
    {131056, Scope::chat, 6'000, "too many messages to this person"},
    {130429, Scope::number, 5'000, "this number sends more than it may"},
    // Asking again soon makes it worse.
    {131048, Scope::number, 900'000,
     "this number may send less because people blocked or reported it"},
    {80007, Scope::everything, 60'000, "the business account has used up its requests"},
    {4, Scope::everything, 60'000, "the app has used up its requests"},
}};

struct Known {
  std::int64_t code;
  const char* words;
};

constexpr std::array<Known, 5> kRefused = {{
    {131047,
     "more than 24 hours have passed since this person last wrote, and only a template may "
     "be sent then"},
    {131026,
     "it cannot be delivered to this number: it may not be on WhatsApp, or has not accepted "
     "its terms"},
    {131049, "Meta holds it back to keep people from getting too much; do not send it again soon"},
    {131030,
     "the test number sends only to numbers that are in its list of recipients: add this "
     "one in Meta's console"},
    {100, "a parameter is wrong"},
}};

/// Every chat of that number meets the same, so one a minute is enough to see that it is mended.
constexpr std::uint32_t kOperatorWaitMs = 60'000;

constexpr std::array<Known, 10> kOperator = {{
    {10, "the token lacks the permission whatsapp_business_messaging"},
    {3, "the app may not call this: check its permissions"},
    {131005, "the token may not use this number: give its system user access to the account"},
    {131031, "the account is locked: look at Business Support in Meta's console"},
    {131037, "the number's display name is not approved: look at WhatsApp Manager"},
    {131042, "there is a problem with paying: look at the billing settings in Meta's console"},
    {131045,
     "the number is not registered: register it with the API (POST /PHONE_NUMBER_ID/register)"},
    {133010,
     "the number is not registered: register it with the API (POST /PHONE_NUMBER_ID/register)"},
    {133000, "the number is half deregistered: deregister it once more, then register it"},
    {368, "the account is blocked for a violation of Meta's policies: look at Business Support"},
}};

/// Nothing was done, and Meta says that it may work in a moment.
bool is_passing(const ApiError& error) {
  return error.status < 500 && (error.transient || error.status == 408 || error.code == 2 ||
                                error.code == 131016 || error.code == 133004);
}

template <std::size_t N>
const char* words_of(const std::array<Known, N>& list, std::int64_t code) {
  for (const Known& known : list) {
    if (known.code == code) return known.words;
  }
  return nullptr;
}

const char* operator_words(std::int64_t code) {
  if (code >= 200 && code <= 299) return kOperator.front().words;
  return words_of(kOperator, code);
}

/// What the token lacks is mended with another.
bool is_about_the_token(std::int64_t code) {
  return code == 3 || code == 10 || code == 131005 || (code >= 200 && code <= 299);
}

sdk::Failure from_transport(const ApiError& error) {
  sdk::Failure failure = error.transport.value_or(sdk::Failure{});
  const bool not_done = (failure.flags & OC_EF_NOT_DONE) != 0;
  failure.flags = not_done ? OC_EF_NOT_DONE | OC_EF_RETRY : OC_EF_MAYBE_DONE;
  return failure;
}

}  // namespace

SendError read_send_error(const ApiError& error, const std::string& key_prefix) {
  SendError out;
  if (error.status == 0) {
    out.failure = from_transport(error);
    return out;
  }
  constexpr std::uint32_t kAgain = OC_EF_NOT_DONE | OC_EF_RETRY;
  const std::string detail = sdk::to_text(json{{"status", error.status}, {"code", error.code}});
  const std::string said = " (" + error.sentence() + ")";
  for (const Limit& limit : kLimits) {
    if (limit.code != error.code) continue;
    out.scope = limit.scope;
    out.failure = {OC_E_RATE, "WhatsApp asks to wait: " + std::string(limit.words) + said, kAgain,
                   limit.wait_ms, detail};
    return out;
  }
  if (error.token_refused()) {
    out.token_refused = true;
    out.failure = {OC_E_AUTH,
                   key_prefix + "token was refused by Meta" + said +
                       ": make a permanent token in Meta's console, set it and restart",
                   kAgain, 0, detail};
  } else if (const char* words = operator_words(error.code)) {
    out.needs_operator = true;
    out.scope = Scope::number;
    std::string sentence = "WhatsApp sends nothing: " + std::string(words) + said;
    if (is_about_the_token(error.code)) {
      sentence += "; when that needs a new token, set it as " + key_prefix + "token and restart";
    }
    out.failure = {OC_E_AUTH, std::move(sentence), kAgain, kOperatorWaitMs, detail};
  } else if (const char* refused = words_of(kRefused, error.code)) {
    out.failure = {OC_E_REFUSED, "WhatsApp refused the message: " + std::string(refused) + said,
                   OC_EF_NOT_DONE, 0, detail};
  } else if (error.status == 429) {
    out.scope = Scope::everything;
    out.failure = {OC_E_RATE, "WhatsApp asks to wait" + said, kAgain, 60'000, detail};
  } else if (is_passing(error)) {
    out.failure = {OC_E_NET, "WhatsApp cannot send now" + said, kAgain, 0, detail};
  } else if (error.status >= 400 && error.status < 500) {
    out.failure = {OC_E_REFUSED, "WhatsApp refused the message" + said, OC_EF_NOT_DONE, 0, detail};
  } else {
    out.failure = {OC_E_NET, "WhatsApp failed" + said + "; the message may have been delivered",
                   OC_EF_MAYBE_DONE, 0, detail};
  }
  return out;
}

bool media_refused(const ApiError& error) {
  if (error.status < 400 || error.status >= 500) return false;
  // 100 and 131009, a wrong parameter, is what an address of a wrong form is answered with.
  constexpr std::array<std::int64_t, 5> kCodes = {100, 131009, 131051, 131052, 131053};
  return std::find(kCodes.begin(), kCodes.end(), error.code) != kCodes.end();
}

std::string remedy_of(std::int64_t code) {
  if (const char* words = words_of(kRefused, code)) return words;
  if (const char* words = operator_words(code)) return words;
  for (const Limit& limit : kLimits) {
    if (limit.code == code) return limit.words;
  }
  return {};
}

}  // namespace openclaw::whatsapp
