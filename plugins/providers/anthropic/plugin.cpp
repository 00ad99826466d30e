// A provider that asks Anthropic's models through the Messages API.
#include "openclaw/cpp/plugin.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/provider/bounded_json.hpp"
#include "openclaw/cpp/provider/chat_client.hpp"
#include "openclaw/cpp/provider/model_ids.hpp"
#include "openclaw/cpp/provider/section.hpp"
#include "request.hpp"
#include "stream_parser.hpp"

namespace openclaw::anthropic {

using nlohmann::json;

namespace {

sdk::ProviderSection read_section(const json& config) {
  auto section = sdk::ProviderSection::read(config, "https://api.anthropic.com");
  // Written so by those who know OpenAI's URLs.
  if (section.base_url.size() > 3 &&
      section.base_url.compare(section.base_url.size() - 3, 3, "/v1") == 0)
    section.base_url.resize(section.base_url.size() - 3);
  section.default_url = section.base_url == "https://api.anthropic.com";
  return section;
}

}  // namespace

class Anthropic final : public sdk::Provider {
 public:
  Anthropic(sdk::Host& host, std::string_view name, std::string_view config_json)
      : Anthropic(host, name, sdk::parse_section(config_json)) {}

  Anthropic(sdk::Host& host, std::string_view name, const json& config)
      : Provider(host),
        section_(read_section(config)),
        errors_(std::string(name), section_.base_url),
        client_(host, errors_) {
    headers_.emplace_back("anthropic-version", "2023-06-01");
    if (section_.has_key) headers_.emplace_back("x-api-key", "${secret:apiKey}");
    const auto max_tokens = config.find("maxTokens");
    if (max_tokens != config.end() && !max_tokens->is_null()) {
      defaults_.max_tokens = sdk::count_at(config, "maxTokens");
      if (defaults_.max_tokens == 0)
        throw sdk::Refused("providers[].maxTokens must be a whole number above 0");
    }
    const auto caching = config.find("promptCaching");
    defaults_.prompt_caching =
        caching != config.end() && caching->is_boolean() && caching->get<bool>();
  }

  void start(oc_op op) override {
    if (lacks_key()) {
      host().status(OC_STATE_DEGRADED, errors_.missing_key(kVariable).message);
    } else {
      host().status(OC_STATE_CONNECTED);
    }
    host().post([this, op] { host().complete(op); });
  }

  void chat(oc_op op, const oc_chat_request& asked) override {
    if (lacks_key()) {
      client_.refuse(op, errors_.missing_key(kVariable));
      return;
    }
    const bool stream = (asked.flags & OC_CHAT_STREAM) != 0;
    auto translated =
        translate(sdk::view(asked.body_json), sdk::view(asked.model), stream, defaults_);
    if (!translated.problem.empty()) {
      client_.refuse(op, {OC_E_INVAL, translated.problem, OC_EF_NOT_DONE});
      return;
    }
    sdk::Headers headers = headers_;
    headers.emplace_back("Content-Type", "application/json");
    headers.emplace_back("Accept", stream ? "text/event-stream" : "application/json");
    auto request = section_.request("POST", "/v1/messages", std::move(headers));
    request.body = std::move(translated.body);
    client_.chat(op, asked, std::move(request), std::make_unique<StreamParser>(errors_));
  }

  void models(oc_op op) override {
    if (lacks_key()) {
      client_.refuse(op, errors_.missing_key(kVariable));
      return;
    }
    client_.get(op, section_.request("GET", "/v1/models?limit=1000", headers_), &sdk::model_ids);
  }

  void cancel(oc_op op) override { client_.cancel(op); }
  void quiesce(oc_op op) override { client_.quiesce(op); }
  void stop(oc_op op) override { client_.stop(op); }

 private:
  static constexpr std::string_view kVariable = "ANTHROPIC_API_KEY";
  /// Anthropic itself always wants a key; a server of one's own need not.
  [[nodiscard]] bool lacks_key() const { return !section_.has_key && section_.default_url; }

  sdk::ProviderSection section_;
  sdk::ErrorMap errors_;
  sdk::ChatClient client_;
  sdk::Headers headers_;
  RequestDefaults defaults_;
};

}  // namespace openclaw::anthropic

OPENCLAW_PLUGIN(openclaw::anthropic::Anthropic,
                openclaw::sdk::ProviderSlots<openclaw::anthropic::Anthropic>, 0)
