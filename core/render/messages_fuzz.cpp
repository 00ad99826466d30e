// Feeds the renderer with whatever libFuzzer finds: nothing may crash, and every limit is kept.
#include <cstdlib>

#include "core/render/html.hpp"
#include "core/render/sample_dialects.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openclaw::render;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto unit = static_cast<Unit>(data[0] % 3);
  const std::size_t limit = 64 + data[0];
  for (const Dialect& d : {Dialect{}, samples::html(), samples::backslashes(), samples::marks()}) {
    for (const Message& m : markdown_messages(text, samples::format(d, limit, unit))) {
      if (length(d.counts_text ? m.plain : m.text, unit) > limit) std::abort();
      if (length(m.plain, unit) > limit) std::abort();
    }
  }
  if (const auto html = markdown_html(text);
      html && html->size() > kHtmlGrowth * text.size() + kHtmlRoom) {
    std::abort();
  }
  return 0;
}
