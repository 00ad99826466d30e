// Status codes and error types as OpenAI's and Anthropic's API references list them.
#include "openclaw/cpp/provider/error_map.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/provider/redact.hpp"
#include "openclaw/cpp/provider/retry_hint.hpp"

namespace openclaw::sdk {

namespace {

using nlohmann::json;

bool contains_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
}

/// The error object of a body; compatible servers also send {"message":...} or {"error":"..."}.
json error_object(const json& body) {
  if (!body.is_object()) return json::object();
  const auto error = body.find("error");
  if (error == body.end()) return body;
  if (error->is_string()) return {{"message", *error}};
  return error->is_object() ? *error : json::object();
}

/// What the same error would have been as an HTTP status. Unknown ones: 500, worth a retry.
std::uint32_t status_of(const json& error) {
  static constexpr std::array<std::pair<std::string_view, std::uint32_t>, 17> kTypes = {{
      {"overloaded_error", 529},
      {"rate_limit_error", 429},
      {"rate_limit_exceeded", 429},
      {"insufficient_quota", 429},
      {"billing_error", 402},
      {"authentication_error", 401},
      {"invalid_api_key", 401},
      {"permission_error", 403},
      {"not_found_error", 404},
      {"model_not_found", 404},
      {"request_too_large", 413},
      {"context_length_exceeded", 400},
      {"invalid_request_error", 400},
      {"timeout_error", 504},
      {"api_error", 500},
      {"server_error", 500},
      {"internal_server_error", 500},
  }};
  for (const char* field : {"code", "type"}) {
    const auto name = string_at(error, field);
    for (const auto& [type, status] : kTypes) {
      if (name == type) return status;
    }
  }
  const auto code = count_at(error, "code");
  return code >= 400 && code < 600 ? static_cast<std::uint32_t>(code) : 500;
}

/// A URL as an operator may see it: without the user and password that it may hold.
std::string shown(const std::string& url) {
  const auto scheme = url.find("://");
  const auto host = scheme == std::string::npos ? 0 : scheme + 3;
  const auto end = std::min(url.find('/', host), url.size());
  const auto at = url.rfind('@', end);
  if (at == std::string::npos || at < host) return redact(url);
  return redact(url.substr(0, host) + url.substr(at + 1));
}

bool is_too_long(std::uint32_t status, std::string_view code, std::string_view message) {
  if (status == 413) return true;
  if (status != 400 && status != 422) return false;
  return contains_any(code, {"context_length_exceeded", "exceed_context_size_error"}) ||
         contains_any(message, {"context_length_exceeded", "prompt is too long",
                                "maximum context length", "exceed context limit",
                                "exceeds the context window", "exceeds the available context"});
}

bool is_out_of_credit(std::uint32_t status, std::string_view code, std::string_view message) {
  return status == 402 ||
         contains_any(code, {"insufficient_quota", "billing_error", "billing_hard_limit"}) ||
         (status < 500 && contains_any(message, {"credit balance is too low"}));
}

}  // namespace

Failure ErrorMap::classify(std::uint32_t status, const json& error, std::string_view plain) const {
  std::string said = string_at(error, "message");
  if (said.empty()) said = std::string(plain.substr(0, 4096));
  // Both fields, as OpenAI puts insufficient_quota into either.
  const std::string code = string_at(error, "code") + " " + string_at(error, "type");
  const std::string number = std::to_string(status);
  Failure f;
  f.detail_json = "{\"status\":" + number + "}";
  f.flags = status < 500 || status == 503 || status == 529 ? OC_EF_NOT_DONE : OC_EF_MAYBE_DONE;
  std::string before, after;
  if (is_out_of_credit(status, code, said)) {
    f.code = OC_E_RATE;
    f.flags |= OC_EF_BILLING;
    before = " is out of credit or quota (HTTP " + number + ")";
    after = "; check the billing of the account that providers[].apiKey belongs to";
  } else if (is_too_long(status, code, said)) {
    f.code = OC_E_TOOBIG;
    f.flags |= OC_EF_LENGTH;
    before = " cannot take so long a conversation (HTTP " + number + ")";
  } else if (status == 401) {
    f.code = OC_E_AUTH;
    before = " refused the API key (HTTP 401)";
    after = "; check providers[].apiKey";
  } else if (status == 403) {
    // Of the key's rights as well as of what one person asked (a moderated prompt), which must not
    // take the provider away from the others.
    f.code = OC_E_REFUSED;
    before = " forbids this request (HTTP 403)";
    after = "; if it forbids every one, check what providers[].apiKey may do";
  } else if (status == 404) {
    f.code = OC_E_NOTFOUND;
    before = " does not know this model or address (HTTP 404)";
    after = "; check providers[].model and providers[].baseUrl";
  } else if (status == 429 || status == 529) {
    f.code = OC_E_RATE;
    f.flags |= OC_EF_RETRY;
    before =
        status == 429 ? " limits the rate of requests (HTTP 429)" : " is overloaded (HTTP 529)";
  } else if (status == 408 || status == 504) {
    f.code = OC_E_DEADLINE;
    f.flags |= OC_EF_RETRY;
    before = " took too long (HTTP " + number + ")";
  } else if (status == 409 || status >= 500) {
    f.code = OC_E_NET;
    f.flags |= OC_EF_RETRY;
    before = " failed to answer (HTTP " + number + ")";
  } else if (status >= 400) {
    f.code = OC_E_INVAL;
    before = " refused the request (HTTP " + number + ")";
  } else {
    f.code = OC_E_NET;
    before = " answered with HTTP " + number + " instead of a completion";
    after = "; check providers[].baseUrl";
  }
  const std::string reason = redact(said);
  f.message = provider_ + before + (reason.empty() ? "" : ": " + reason) + after;
  return f;
}

Failure ErrorMap::response(std::uint32_t status, const Headers& headers, std::string_view body,
                           std::int64_t unix_ms) const {
  const json parsed = parse_bounded(body);
  // A page from a proxy in between tells the operator nothing in one sentence.
  const bool page = body.find('<') != std::string_view::npos;
  Failure f = classify(status, error_object(parsed),
                       parsed.is_object() || page ? std::string_view{} : body);
  if ((f.flags & OC_EF_BILLING) != 0) return f;
  f.retry_after_ms = retry_after_ms(headers, unix_ms);
  if (const auto retry = should_retry(headers)) {
    f.flags = *retry ? f.flags | OC_EF_RETRY : f.flags & ~OC_EF_RETRY;
  }
  if ((f.flags & OC_EF_RETRY) == 0) f.retry_after_ms = 0;
  return f;
}

Failure ErrorMap::in_answer(const json& error) const {
  const json object = error.is_string() ? json{{"message", error}} : error;
  Failure f = classify(status_of(object), object, {});
  f.flags = (f.flags & ~OC_EF_NOT_DONE) | OC_EF_MAYBE_DONE;
  return f;
}

Failure ErrorMap::network(const Failure& failure) const {
  Failure f = failure;
  if (failure.code == OC_E_CANCELLED) return f;
  if (failure.code == OC_E_TOOBIG) return too_big();
  const std::string reason = failure.message.empty() ? "no answer" : redact(failure.message);
  f.message = provider_ + " could not be reached: " + reason + "; check providers[].baseUrl (" +
              shown(base_url_) + ")";
  if (failure.code == OC_E_AUTH) {
    f.message = provider_ + " was not asked: " + reason + "; check providers[].apiKey and baseUrl";
  } else if (failure.code == OC_E_DEADLINE) {
    f.message += ", or set providers[].proxy if this host needs one";
  }
  return f;
}

Failure ErrorMap::cut_off() const {
  return {OC_E_NET, provider_ + " ended its answer before it was complete",
          OC_EF_RETRY | OC_EF_MAYBE_DONE};
}

Failure ErrorMap::malformed(std::string_view what) const {
  return {OC_E_NET,
          provider_ + " sent " + std::string(what) + "; check that providers[].baseUrl (" +
              shown(base_url_) + ") speaks this API",
          OC_EF_MAYBE_DONE};
}

Failure ErrorMap::too_big() const {
  return {OC_E_TOOBIG, provider_ + " sent more than an answer may hold", OC_EF_MAYBE_DONE};
}

Failure ErrorMap::no_progress(bool begun, std::uint32_t ms) const {
  const std::string key = begun ? "idle" : "firstToken";
  const std::string what = begun ? " stopped writing for " : " wrote nothing within ";
  return {OC_E_DEADLINE,
          provider_ + what + std::to_string(ms) +
              " ms; the model may be overloaded: raise providers[].timeouts." + key +
              ", check providers[].baseUrl or set providers[].proxy",
          OC_EF_RETRY | OC_EF_MAYBE_DONE};
}

Failure ErrorMap::missing_key(std::string_view variable) const {
  return {OC_E_AUTH,
          provider_ + " has no API key: set providers[].apiKey or the variable " +
              std::string(variable),
          OC_EF_NOT_DONE};
}

Failure ErrorMap::busy() const {
  return {OC_E_AGAIN, provider_ + " was not asked: too many requests are under way",
          OC_EF_RETRY | OC_EF_NOT_DONE};
}

}  // namespace openclaw::sdk
