// Translates errors between the plugin ABI and the core.
#include "core/host/call_error.hpp"

#include <string_view>

#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using sdk::copy;

namespace {

Errc to_errc(oc_status status) {
  switch (status) {
    case OC_E_NOSYS:
      return Errc::unsupported;
    case OC_E_AGAIN:
      return Errc::again;
    case OC_E_CANCELLED:
      return Errc::cancelled;
    case OC_E_DEADLINE:
      return Errc::deadline;
    case OC_E_NET:
      return Errc::network;
    case OC_E_AUTH:
      return Errc::auth;
    case OC_E_RATE:
      return Errc::rate;
    case OC_E_CONFLICT:
      return Errc::conflict;
    case OC_E_PLUGIN:
      return Errc::plugin;
    case OC_E_NOTFOUND:
      return Errc::not_found;
    case OC_E_TOOBIG:
      return Errc::too_large;
    case OC_E_IO:
      return Errc::storage;
    case OC_E_UNKNOWN:
      return Errc::unknown;
    case OC_E_REFUSED:
      return Errc::permanent;
    default:
      return Errc::invalid;
  }
}

/// {"status":429} as providers and channels give it; 0 when absent.
int http_status(std::string_view detail) {
  const auto at = detail.find("\"status\":");
  if (at == std::string_view::npos) return 0;
  int status = 0;
  for (const char c : detail.substr(at + 9, 4)) {
    if (c == ' ' && status == 0) continue;
    if (c < '0' || c > '9') break;
    status = status * 10 + (c - '0');
  }
  return status;
}

}  // namespace

CallError to_call_error(const oc_error& e) {
  CallError out;
  out.error.code = to_errc(e.code);
  out.error.message = copy(e.msg);
  out.error.retry_after_ms = e.retry_after_ms;
  out.error.retryable = (e.flags & OC_EF_RETRY) != 0;
  out.error.maybe_done = (e.flags & OC_EF_MAYBE_DONE) != 0;
  out.error.http_status = http_status(sdk::view(e.detail_json));
  out.flags = e.flags;
  return out;
}

Error explain(const std::string& plugin, oc_status status, oc_error error) {
  error.code = status;
  Error out = to_call_error(error).error;
  if (out.message.empty()) out.message = "the storage plugin " + plugin + " gave no reason";
  return out;
}

std::uint32_t effect_of(const Error& failed_write) {
  const bool unsure = failed_write.maybe_done || failed_write.code == Errc::unknown ||
                      failed_write.code == Errc::deadline;
  return unsure ? OC_EF_MAYBE_DONE : OC_EF_NOT_DONE;
}

oc_status to_status(Errc code) {
  switch (code) {
    case Errc::unsupported:
      return OC_E_NOSYS;
    case Errc::again:
      return OC_E_AGAIN;
    case Errc::cancelled:
      return OC_E_CANCELLED;
    case Errc::deadline:
      return OC_E_DEADLINE;
    case Errc::network:
      return OC_E_NET;
    case Errc::auth:
      return OC_E_AUTH;
    case Errc::rate:
      return OC_E_RATE;
    case Errc::conflict:
      return OC_E_CONFLICT;
    case Errc::not_found:
      return OC_E_NOTFOUND;
    case Errc::too_large:
      return OC_E_TOOBIG;
    case Errc::plugin:
      return OC_E_PLUGIN;
    case Errc::storage:
      return OC_E_IO;
    case Errc::unknown:
      return OC_E_UNKNOWN;
    case Errc::permanent:
      return OC_E_REFUSED;
    case Errc::invalid:
      break;
  }
  return OC_E_INVAL;
}

}  // namespace openclaw::host
