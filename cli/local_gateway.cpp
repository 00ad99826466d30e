// Talks to the gateway that runs for this user, over HTTP.
#include "cli/local_gateway.hpp"

#include <curl/curl.h>

#include <memory>

#include "cli/command.hpp"

namespace openclaw::cli {

namespace {

std::size_t collect(char* data, std::size_t size, std::size_t n, void* into) {
  static_cast<std::string*>(into)->append(data, size * n);
  return size * n;
}

struct Key {
  std::string text;
  std::string problem;  ///< why it is not known, or empty
};

Key api_key(const daemon::RunInfo& info, const Target& target) {
  const auto options = load_options(target.config.empty() ? info.config_file : target.config,
                                    target.dev, surroundings());
  const auto loaded = config::load_auth(options);
  if (loaded.config) return {loaded.config->auth.api_key, {}};
  // The variable wins over the file, so it is the key whatever else is wrong.
  if (auto key = options.env("OPENCLAW_API_KEY"); key && !key->empty()) return {*key, {}};
  Key out;
  out.problem =
      "the API key is not known, since the gateway's configuration cannot be read here as it was "
      "when it started; set the same variables, or OPENCLAW_API_KEY:";
  for (const auto& d : loaded.diagnostics) {
    if (d.severity == config::Severity::error) out.problem += "\n" + d.to_string();
  }
  return out;
}

Result<LocalAnswer> request(const daemon::RunInfo& info, const std::string& url,
                            const std::string& key, const std::string& body) {
  if (info.port == 0) {
    return Error{Errc::again, "the gateway with pid " + std::to_string(info.pid) +
                                  " is still starting: try again when it is ready"};
  }
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (curl == nullptr) return Error{Errc::unsupported, "libcurl cannot be used"};
  curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/json");
  if (!key.empty()) list = curl_slist_append(list, ("X-API-Key: " + key).c_str());
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(list, &curl_slist_free_all);
  LocalAnswer answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 10L);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &collect);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  if (!body.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  }
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) {
    return Error{Errc::network, "the gateway with pid " + std::to_string(info.pid) +
                                    " does not answer at " + url + ": " + curl_easy_strerror(code)};
  }
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

}  // namespace

std::optional<daemon::RunInfo> running_gateway(bool dev) {
  return daemon::RunFile::running(daemon::RunFile::path(surroundings().home, dev));
}

std::string none_is_running(bool dev) {
  if (!running_gateway(!dev)) return "no gateway is running";
  return dev ? "no gateway is running that was started with --dev, but one without it is: leave "
               "--dev out"
             : "no gateway is running, but one that was started with --dev is: add --dev";
}

Result<LocalAnswer> ask_gateway(const daemon::RunInfo& info, const Target& target,
                                const std::string& path, const std::string& body) {
  const Key key = api_key(info, target);
  auto answer = request(info, info.url() + path, key.text, body);
  if (!answer.has_error() && answer->status == 401 && !key.problem.empty()) {
    return Error{Errc::auth, key.problem};
  }
  return answer;
}

Result<LocalAnswer> ask_health(const daemon::RunInfo& info) {
  const std::string path = "/health/detailed";
  auto answer = request(info, info.url() + path, {}, {});
  // As monitoring.healthCheck: false has it.
  if (!answer.has_error() && answer->status == 404) {
    answer = request(info, info.metrics_url() + path, {}, {});
  }
  return answer;
}

}  // namespace openclaw::cli
