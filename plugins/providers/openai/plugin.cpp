// A provider that forwards chat completions to OpenAI, or to a server that speaks its API.
#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/provider/http_provider.hpp"
#include "request.hpp"
#include "stream_parser.hpp"

namespace openclaw::openai {

using nlohmann::json;

constexpr sdk::HttpDialect kDialect{"OPENAI_API_KEY", "Authorization", "Bearer ${secret:apiKey}"};

class OpenAi final : public sdk::HttpProvider {
 public:
  OpenAi(sdk::Host& host, std::string_view name, std::string_view config_json)
      : OpenAi(host, name, sdk::parse_section(config_json)) {}

  OpenAi(sdk::Host& host, std::string_view name, const json& config)
      : HttpProvider(host, name, sdk::ProviderSection::read(config, "https://api.openai.com/v1"),
                     kDialect),
        stream_usage_(sdk::flag_at(config, "streamUsage", true)) {
    const std::string organization = sdk::string_at(config, "organization");
    const std::string project = sdk::string_at(config, "project");
    if (!organization.empty()) add_header("OpenAI-Organization", organization);
    if (!project.empty()) add_header("OpenAI-Project", project);
  }

 private:
  static bool is_raw(const oc_chat_request& asked) {
    return (asked.flags & OC_CHAT_ACCEPT_RAW) != 0;
  }

  [[nodiscard]] sdk::ChatCall call(const oc_chat_request& asked) const override {
    const std::string_view body = sdk::view(asked.body_json);
    // A client that gets the chunks as they are gets what it asked for, no more.
    const bool add_usage = (asked.flags & OC_CHAT_STREAM) != 0 && !is_raw(asked) && stream_usage_;
    sdk::ChatCall call{"/chat/completions",
                       add_usage ? with_stream_usage(body) : std::string(body)};
    if (!looks_like_object(call.body)) call.problem = "the request is not a JSON object";
    return call;
  }

  [[nodiscard]] std::unique_ptr<sdk::ChatParser> parser(
      const oc_chat_request& asked) const override {
    return std::make_unique<StreamParser>(errors(), is_raw(asked));
  }

  const bool stream_usage_;
};

}  // namespace openclaw::openai

OPENCLAW_PLUGIN(openclaw::openai::OpenAi, openclaw::sdk::ProviderSlots<openclaw::openai::OpenAi>, 0)
