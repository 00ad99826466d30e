// "oc.markup/1": Markdown as HTML, by the parser that every other channel's texts go through.
#include "openclaw/host/markup.h"

#include <new>

#include "core/host/services/services.hpp"
#include "core/render/html.hpp"
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

}  // namespace

const void* services::markup() {
  static const oc_markup table = {sizeof(oc_markup), 0, &html};
  return &table;
}

}  // namespace openclaw::host
