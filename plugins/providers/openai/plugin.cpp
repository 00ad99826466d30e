// A provider that forwards chat completions to OpenAI, or to a server that speaks its API.
#include "openclaw/cpp/plugin.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/provider/bounded_json.hpp"
#include "openclaw/cpp/provider/chat_client.hpp"
#include "openclaw/cpp/provider/model_ids.hpp"
#include "openclaw/cpp/provider/section.hpp"
#include "request.hpp"
#include "stream_parser.hpp"

namespace openclaw::openai {

using nlohmann::json;

class OpenAi final : public sdk::Provider {
 public:
  OpenAi(sdk::Host& host, std::string_view name, std::string_view config_json)
      : OpenAi(host, name, sdk::parse_section(config_json)) {}

  OpenAi(sdk::Host& host, std::string_view name, const json& config)
      : Provider(host),
        section_(sdk::ProviderSection::read(config, "https://api.openai.com/v1")),
        errors_(std::string(name), section_.base_url),
        client_(host, errors_) {
    if (section_.has_key) headers_.emplace_back("Authorization", "Bearer ${secret:apiKey}");
    const std::string organization = sdk::string_at(config, "organization");
    const std::string project = sdk::string_at(config, "project");
    if (!organization.empty()) headers_.emplace_back("OpenAI-Organization", organization);
    if (!project.empty()) headers_.emplace_back("OpenAI-Project", project);
    const auto usage = config.find("streamUsage");
    stream_usage_ = usage == config.end() || !usage->is_boolean() || usage->get<bool>();
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
    const bool raw = (asked.flags & OC_CHAT_ACCEPT_RAW) != 0;
    const bool stream = (asked.flags & OC_CHAT_STREAM) != 0;
    const std::string_view body = sdk::view(asked.body_json);
    sdk::Headers headers = headers_;
    headers.emplace_back("Content-Type", "application/json");
    headers.emplace_back("Accept", stream ? "text/event-stream" : "application/json");
    auto request = section_.request("POST", "/chat/completions", std::move(headers));
    // A client that gets the chunks as they are gets what it asked for, no more.
    request.body = stream && !raw && stream_usage_ ? with_stream_usage(body) : std::string(body);
    if (!looks_like_object(request.body)) {
      client_.refuse(op, {OC_E_INVAL, "the request is not a JSON object", OC_EF_NOT_DONE});
      return;
    }
    client_.chat(op, asked, std::move(request), std::make_unique<StreamParser>(errors_, raw));
  }

  void models(oc_op op) override {
    if (lacks_key()) {
      client_.refuse(op, errors_.missing_key(kVariable));
      return;
    }
    client_.get(op, section_.request("GET", "/models", headers_), &sdk::model_ids);
  }

  void cancel(oc_op op) override { client_.cancel(op); }
  void quiesce(oc_op op) override { client_.quiesce(op); }
  void stop(oc_op op) override { client_.stop(op); }

 private:
  static constexpr std::string_view kVariable = "OPENAI_API_KEY";
  /// OpenAI itself always wants a key; a server of one's own need not.
  [[nodiscard]] bool lacks_key() const { return !section_.has_key && section_.default_url; }

  sdk::ProviderSection section_;
  sdk::ErrorMap errors_;
  sdk::ChatClient client_;
  sdk::Headers headers_;
  bool stream_usage_ = true;
};

}  // namespace openclaw::openai

OPENCLAW_PLUGIN(openclaw::openai::OpenAi, openclaw::sdk::ProviderSlots<openclaw::openai::OpenAi>, 0)
