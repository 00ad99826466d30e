// The smallest provider over HTTP: what it sends, and what it makes of the answer.
#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/provider/http_provider.hpp"
#include "openclaw/cpp/provider/usage.hpp"

namespace sdk = openclaw::sdk;

namespace {

/// {"text":"..."} for each piece, then an event "end" with the tokens.
class Parser final : public sdk::ChatParser {
 public:
  explicit Parser(const sdk::ErrorMap& errors) : errors_(errors) {}

  std::optional<sdk::Failure> event(std::string_view name, std::string_view data,
                                    sdk::ChatSink& sink) override {
    const auto piece = sdk::parse_bounded(data);
    if (!piece.is_object()) return errors_.malformed("an event that is not a JSON object");
    if (const auto text = sdk::string_at(piece, "text"); !text.empty())
      sink.emit(OC_CHAT_TEXT, text);
    if (name != "end") return std::nullopt;
    complete_ = true;
    sink.emit(OC_CHAT_USAGE,
              sdk::Usage{sdk::count_at(piece, "in"), sdk::count_at(piece, "out")}.json());
    sink.emit(OC_CHAT_FINISH, "stop");
    return std::nullopt;
  }
  [[nodiscard]] bool complete() const override { return complete_; }
  std::optional<sdk::Failure> end(bool, sdk::ChatSink&) override { return errors_.cut_off(); }
  std::optional<sdk::Failure> whole(std::string_view body, sdk::ChatSink& sink) override {
    return event("end", body, sink);
  }

 private:
  const sdk::ErrorMap& errors_;
  bool complete_ = false;
};

class HttpPlugin final : public sdk::HttpProvider {
 public:
  HttpPlugin(sdk::Host& host, std::string_view name, std::string_view config)
      : HttpProvider(host, name,
                     sdk::ProviderSection::read(sdk::parse_section(config), "https://api.example"),
                     {"EXAMPLE_API_KEY", "X-Key", "${secret:apiKey}"}) {
    add_header("X-Version", "1");
  }

 private:
  [[nodiscard]] sdk::ChatCall call(const oc_chat_request& asked) const override {
    const auto body = sdk::parse_bounded(sdk::view(asked.body_json));
    if (!body.is_object()) return {{}, {}, "the request is not a JSON object"};
    return {"/ask/" + sdk::copy(asked.model), sdk::to_text(sdk::member_at(body, "messages"))};
  }
  [[nodiscard]] std::unique_ptr<sdk::ChatParser> parser(const oc_chat_request&) const override {
    return std::make_unique<Parser>(errors());
  }
};

}  // namespace

OPENCLAW_PLUGIN(HttpPlugin, sdk::ProviderSlots<HttpPlugin>, 0)
