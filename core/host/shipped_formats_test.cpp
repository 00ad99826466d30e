// What must hold for any Markdown in the formats that the channels' own manifests name.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "core/host/text_format.hpp"
#include "core/render/fences.hpp"
#include "core/render/random_markdown.hpp"

namespace openclaw::host {
namespace {

using nlohmann::json;
using render::Message;

/// By the channel's name.
std::map<std::string, render::Format> shipped_formats() {
  std::map<std::string, render::Format> out;
  for (const auto& folder :
       std::filesystem::directory_iterator(OPENCLAW_SOURCE_DIR "/plugins/channels")) {
    std::ifstream file(folder.path() / "manifest.json");
    const json text = json::parse(file).value("text", json::object());
    render::Format& format = out[folder.path().filename()];
    const auto failure = read_json_object(json{{"text", text}}.dump(), [&](FieldReader& reader) {
      reader.object("text", [&](FieldReader& fields) { read_text_format(fields, format); });
    });
    EXPECT_FALSE(failure) << folder.path() << *failure;
  }
  return out;
}

std::string without_space(std::string_view text) {
  std::string out;
  // A quote's mark comes again at a cut.
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '>') out += c;
  }
  return out;
}

std::string stripped(const std::vector<Message>& messages) {
  std::string out;
  for (const Message& m : messages) out += m.plain.empty() ? m.text : m.plain;
  return without_space(out);
}

TEST(ShippedFormats, EveryMessageFitsAndNothingIsLost) {
  const auto formats = shipped_formats();
  ASSERT_GE(formats.size(), 5U);
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 400 && !HasFailure(); ++round) {
    std::string markdown;
    // Long enough for several messages of each channel, now and then.
    const int pieces = std::uniform_int_distribution<>(1, round % 8 == 0 ? 40 : 4)(random);
    for (int i = 0; i < pieces; ++i) markdown += render::random_markdown(random);
    for (auto [name, format] : formats) {
      SCOPED_TRACE(name);
      format.media.reset();  // a picture is a message of its own, with its caption's limit
      const auto messages = render::markdown_messages(markdown, format);
      for (const Message& m : messages) {
        const std::string& counted =
            format.dialect.counts_text && !m.plain.empty() ? m.plain : m.text;
        EXPECT_LE(render::length(counted, format.unit), format.limit);
        EXPECT_LE(render::length(m.plain, format.unit), format.limit);
        EXPECT_NE(m.text.find_first_not_of(" \t\n"), std::string::npos);
        // Where a backtick in the text can be escaped; elsewhere a text may hold a fence of its
        // own.
        if (format.markdown || format.dialect.escape.count('`') != 0) {
          for (const render::Fence& f : render::find_fences(m.text)) {
            EXPECT_LT(f.close, m.text.size()) << m.text;
          }
        }
      }
      if (format.markdown) continue;  // its text is the Markdown itself, fences added at cuts
      render::Format endless = format;
      endless.limit = 1U << 24U;
      endless.dialect.max_bytes = 0;
      EXPECT_EQ(stripped(messages), stripped(render::markdown_messages(markdown, endless)));
    }
  }
}

}  // namespace
}  // namespace openclaw::host
