// A stand-in for the host's Markdown parser.
#include "fake_services.hpp"

namespace openclaw::testing {

std::string FakeHost::paragraphs(std::string_view markdown) {
  std::string out;
  while (!markdown.empty()) {
    const auto line = markdown.substr(0, markdown.find('\n'));
    markdown.remove_prefix(std::min(line.size() + 1, markdown.size()));
    if (!line.empty()) out += (out.empty() ? "<p>" : "\n<p>") + std::string(line) + "</p>";
  }
  return out;
}

std::optional<std::pair<std::string, std::string>> FakeHost::bold(std::string_view markdown) {
  std::string text, plain;
  for (;;) {
    const auto open = markdown.find("**");
    const auto close = open == markdown.npos ? open : markdown.find("**", open + 2);
    if (close == markdown.npos) break;
    const auto inside = markdown.substr(open + 2, close - open - 2);
    text.append(markdown.substr(0, open)).append("<b>").append(inside).append("</b>");
    plain.append(markdown.substr(0, open)).append(inside);
    markdown.remove_prefix(close + 2);
  }
  text += markdown;
  plain += markdown;
  if (plain.empty()) return std::nullopt;
  return std::pair(text, text == plain ? std::string() : plain);
}

oc_markup FakeHost::Services::make_markup() {
  return {sizeof(oc_markup), 0,
          [](oc_host* h, oc_str markdown, void (*written)(void*, oc_str) noexcept,
             void* user) noexcept -> oc_status {
            if (!host(h).html) return OC_E_NOSYS;
            const std::string out = host(h).html(sdk::view(markdown));
            written(user, sdk::str(out));
            return OC_OK;
          },
          [](oc_host* h, oc_str markdown, void (*written)(void*, oc_str, oc_str) noexcept,
             void* user) noexcept -> oc_status {
            if (!host(h).last_message) return OC_E_NOSYS;
            const auto out = host(h).last_message(sdk::view(markdown));
            if (out) written(user, sdk::str(out->first), sdk::str(out->second));
            return OC_OK;
          }};
}

}  // namespace openclaw::testing
