// A provider that asks Anthropic's models through the Messages API.
#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/provider/http_provider.hpp"
#include "request.hpp"
#include "stream_parser.hpp"

namespace openclaw::anthropic {

using nlohmann::json;

namespace {

constexpr sdk::HttpDialect kDialect{"ANTHROPIC_API_KEY", "x-api-key", "${secret:apiKey}"};

sdk::ProviderSection read_section(const json& config) {
  auto section = sdk::ProviderSection::read(config, "https://api.anthropic.com");
  // Written so by those who know OpenAI's URLs.
  if (section.base_url.size() > 3 &&
      section.base_url.compare(section.base_url.size() - 3, 3, "/v1") == 0)
    section.base_url.resize(section.base_url.size() - 3);
  section.default_url = section.base_url == "https://api.anthropic.com";
  return section;
}

RequestDefaults read_defaults(const json& config) {
  RequestDefaults defaults;
  if (!sdk::member_at(config, "maxTokens").is_null()) {
    defaults.max_tokens = sdk::count_at(config, "maxTokens");
    if (defaults.max_tokens == 0)
      throw sdk::Refused("providers[].maxTokens must be a whole number above 0");
  }
  defaults.prompt_caching = sdk::flag_at(config, "promptCaching", false);
  return defaults;
}

}  // namespace

class Anthropic final : public sdk::HttpProvider {
 public:
  Anthropic(sdk::Host& host, std::string_view name, std::string_view config_json)
      : Anthropic(host, name, sdk::parse_section(config_json)) {}

  Anthropic(sdk::Host& host, std::string_view name, const json& config)
      : HttpProvider(host, name, read_section(config), kDialect), defaults_(read_defaults(config)) {
    add_header("anthropic-version", "2023-06-01");
  }

 private:
  [[nodiscard]] sdk::ChatCall call(const oc_chat_request& asked) const override {
    auto translated = translate(sdk::view(asked.body_json), sdk::view(asked.model),
                                (asked.flags & OC_CHAT_STREAM) != 0, defaults_);
    return {"/v1/messages", std::move(translated.body), std::move(translated.problem)};
  }

  [[nodiscard]] std::unique_ptr<sdk::ChatParser> parser(const oc_chat_request&) const override {
    return std::make_unique<StreamParser>(errors());
  }

  const RequestDefaults defaults_;
};

}  // namespace openclaw::anthropic

OPENCLAW_PLUGIN(openclaw::anthropic::Anthropic,
                openclaw::sdk::ProviderSlots<openclaw::anthropic::Anthropic>, 0)
