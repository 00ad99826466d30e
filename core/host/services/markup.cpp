// "oc.markup/1": Markdown as HTML, or as the channel's own messages, by the parser of all answers.
#include "openclaw/host/markup.h"

#include <new>

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "core/render/html.hpp"
#include "core/render/messages.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

constexpr std::size_t kLongest = std::size_t{4} * 1024 * 1024;

oc_status html(oc_host*, oc_str markdown, void (*written)(void*, oc_str) noexcept,
               void* user) noexcept {
  if (written == nullptr) return OC_E_INVAL;
  if (markdown.len > kLongest) return OC_E_TOOBIG;
  try {
    const auto out = render::markdown_html(sdk::view(markdown));
    if (!out) return OC_E_TOOBIG;
    written(user, sdk::str(*out));
    return OC_OK;
  } catch (const std::bad_alloc&) {
    return OC_E_AGAIN;
  }
}

oc_status last_message(oc_host* host, oc_str markdown,
                       void (*written)(void*, oc_str, oc_str) noexcept, void* user) noexcept {
  if (written == nullptr) return OC_E_INVAL;
  if (markdown.len > kLongest) return OC_E_TOOBIG;
  try {
    render::Format format = Instance::of(host).manifest().text;
    format.media.reset();
    const auto messages = render::markdown_messages(sdk::view(markdown), format);
    if (!messages.empty()) {
      written(user, sdk::str(messages.back().text), sdk::str(messages.back().plain));
    }
    return OC_OK;
  } catch (const std::bad_alloc&) {
    return OC_E_AGAIN;
  }
}

}  // namespace

const void* services::markup() {
  static const oc_markup table = {sizeof(oc_markup), 0, &html, &last_message};
  return &table;
}

}  // namespace openclaw::host
