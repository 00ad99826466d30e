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

oc_markup FakeHost::Services::make_markup() {
  return {sizeof(oc_markup), 0,
          [](oc_host* h, oc_str markdown, void (*written)(void*, oc_str) noexcept,
             void* user) noexcept -> oc_status {
            if (!host(h).html) return OC_E_NOSYS;
            const std::string out = host(h).html(sdk::view(markdown));
            written(user, sdk::str(out));
            return OC_OK;
          }};
}

}  // namespace openclaw::testing
