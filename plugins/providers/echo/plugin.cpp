// A provider that answers with the last user message, word by word when asked to stream slowly.
#include <map>
#include <nlohmann/json.hpp>

#include "last_question.hpp"
#include "openclaw/cpp/plugin.hpp"
#include "openclaw/cpp/provider/usage.hpp"

namespace openclaw::echo {

using nlohmann::json;

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    if (!space && !inside) ++words;
    inside = !space;
  }
  return words;
}

class Echo final : public sdk::Provider {
 public:
  Echo(sdk::Host& host, std::string_view, std::string_view config_json) : Provider(host) {
    const json config = json::parse(config_json.empty() ? "{}" : config_json, nullptr, false);
    if (!config.is_object()) throw sdk::Refused("the echo provider's section must be a mapping");
    prefix_ = config.value("prefix", "");
    tokens_per_second_ = config.value("tokensPerSecond", 0.0);
  }

  void chat(oc_op op, const oc_chat_request& request) override {
    const auto asked = last_question(sdk::view(request.body_json));
    if (!asked) {
      host().fail(op, {OC_E_INVAL, "the request is not a JSON object", OC_EF_NOT_DONE});
      return;
    }
    Writing writing{prefix_ + *asked, 0, 0};
    const std::string usage = sdk::Usage{count_words(*asked), count_words(writing.text)}.json();
    if ((request.flags & OC_CHAT_STREAM) != 0 && tokens_per_second_ > 0) {
      writing.usage = usage;
      open_[op] = std::move(writing);
      write_on(op);
      return;
    }
    // The completion must not come inside this call.
    host().post([this, op, text = std::move(writing.text), usage] {
      if (!text.empty()) host().emit(op, OC_CHAT_TEXT, text);
      host().emit(op, OC_CHAT_USAGE, usage);
      host().emit(op, OC_CHAT_FINISH, "stop");
      host().complete(op);
    });
  }

  void cancel(oc_op op) override {
    const auto it = open_.find(op);
    if (it == open_.end()) return;
    host().cancel(it->second.timer);
    open_.erase(it);
    host().post([this, op] { host().fail(op, {OC_E_CANCELLED, "cancelled", 0}); });
  }

 private:
  struct Writing {
    std::string text;
    std::size_t at = 0;
    oc_op timer = 0;
    std::string usage{};
  };

  void write_on(oc_op op) {
    const auto ms = static_cast<std::uint64_t>(1000.0 / tokens_per_second_);
    open_[op].timer = host().after(ms, [this, op] {
      const auto it = open_.find(op);
      if (it == open_.end()) return;
      Writing& w = it->second;
      if (w.at < w.text.size()) {
        auto end = w.text.find(' ', w.at);
        end = end == std::string::npos ? w.text.size() : end + 1;
        host().emit(op, OC_CHAT_TEXT, std::string_view(w.text).substr(w.at, end - w.at));
        w.at = end;
        write_on(op);
        return;
      }
      host().emit(op, OC_CHAT_USAGE, w.usage);
      open_.erase(it);
      host().emit(op, OC_CHAT_FINISH, "stop");
      host().complete(op);
    });
  }

  std::string prefix_;
  double tokens_per_second_ = 0;
  std::map<oc_op, Writing> open_;
};

}  // namespace openclaw::echo

OPENCLAW_PLUGIN(openclaw::echo::Echo, openclaw::sdk::ProviderSlots<openclaw::echo::Echo>, 0)
