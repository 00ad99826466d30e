// What must hold for any Markdown, however it is rendered and cut.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <random>

#include "core/render/fences.hpp"
#include "core/render/graphemes.hpp"
#include "core/render/random_markdown.hpp"
#include "core/render/sample_dialects.hpp"

namespace openclaw::render {
namespace {

/// White space may go at a cut, and a quote's mark comes again.
std::string condensed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '>') out += c;
  }
  return out;
}

std::string joined(const std::vector<Message>& messages) {
  std::string out;
  for (const Message& m : messages) out += m.plain.empty() ? m.text : m.plain;
  return out;
}

/// The text within tags, or nothing when they do not nest or a character is not escaped.
std::optional<std::string> without_tags(std::string_view html) {
  std::string out;
  std::vector<std::string> open;
  for (std::size_t i = 0; i < html.size();) {
    if (html[i] == '<') {
      const std::size_t end = html.find('>', i);
      if (end == std::string_view::npos) return std::nullopt;
      const std::string tag(html.substr(i + 1, end - i - 1));
      if (tag.starts_with('/')) {
        if (open.empty() || open.back() != tag.substr(1)) return std::nullopt;
        open.pop_back();
      } else {
        open.push_back(tag.substr(0, tag.find(' ')));
      }
      i = end + 1;
    } else if (html[i] == '&') {
      bool known = false;
      for (const auto& [c, entity] : samples::html().escape) {
        if (!html.substr(i).starts_with(entity)) continue;
        out += c;
        i += entity.size();
        known = true;
        break;
      }
      if (!known) return std::nullopt;
    } else if (html[i] == '>' || html[i] == '"') {
      return std::nullopt;
    } else {
      out += html[i++];
    }
  }
  return open.empty() ? std::optional(out) : std::nullopt;
}

class Rendering : public ::testing::Test {
 protected:
  Rendering() { std::printf("seed %u\n", seed); }

  struct Round {
    std::string markdown;
    std::size_t limit;
    Unit unit;
  };
  Round next() {
    ++round;
    return {random_markdown(random),
            std::uniform_int_distribution<std::size_t>(kLeast, 300)(random),
            static_cast<Unit>(round % 3)};
  }
  [[nodiscard]] std::string place() const {
    return "seed " + std::to_string(seed) + " round " + std::to_string(round);
  }

  static constexpr std::size_t kLeast = 64;
  const unsigned seed = std::random_device{}();
  std::mt19937 random{seed};
  int round = 0;
};

TEST_F(Rendering, EveryMessageIsWithinTheLimitAndTheyAreTheWholeText) {
  const std::vector<Dialect> dialects{
      {}, samples::html(), samples::backslashes(), samples::marks(), samples::control_codes()};
  while (round < 1500) {
    const Round r = next();
    for (std::size_t d = 0; d < dialects.size(); ++d) {
      Format format = samples::format(dialects[d], r.limit, r.unit);
      const auto messages = markdown_messages(r.markdown, format);
      for (const Message& m : messages) {
        const std::string& counted = dialects[d].counts_text ? m.plain : m.text;
        ASSERT_LE(length(counted, r.unit), r.limit) << place() << " dialect " << d;
        ASSERT_LE(length(m.plain, r.unit), r.limit) << place() << " dialect " << d;
        ASSERT_EQ(valid_utf8(m.text), m.text) << place();
      }
      // A limit of its own decides what of the markup fits, so only the text is compared.
      format.limit = 1U << 24U;
      ASSERT_EQ(condensed(joined(messages)),
                condensed(joined(markdown_messages(r.markdown, format))))
          << place() << " dialect " << d << " limit " << r.limit << "\n"
          << r.markdown;
    }
  }
}

TEST_F(Rendering, TagsNestInEveryMessage) {
  Dialect markup = samples::html();
  markup.counts_text = false;
  while (round < 1500) {
    const Round r = next();
    for (const Dialect& d : {samples::html(), markup}) {
      for (const Message& m : markdown_messages(r.markdown, samples::format(d, r.limit, r.unit))) {
        const auto text = without_tags(m.text);
        ASSERT_TRUE(text) << place() << "\n" << m.text;
        ASSERT_LE(length(*text, r.unit), r.limit) << place();
        ASSERT_NE(text->find_first_not_of(" \t\n"), std::string::npos) << place() << "\n" << m.text;
      }
    }
  }
}

TEST_F(Rendering, FencesAndMarksAreClosedInEveryMessage) {
  const Dialect d = samples::control_codes();
  while (round < 1500) {
    const Round r = next();
    for (const Message& m :
         markdown_messages(r.markdown, samples::format(samples::backslashes(), r.limit, r.unit))) {
      for (const Fence& f : find_fences(m.text)) {
        ASSERT_LT(f.close, m.text.size()) << place() << "\n" << m.text;
      }
    }
    for (const Message& m : markdown_messages(r.markdown, samples::format(d, r.limit, r.unit))) {
      for (const char code : {'\x02', '\x1d'}) {
        ASSERT_EQ(std::count(m.text.begin(), m.text.end(), code) % 2, 0) << place();
      }
    }
  }
}

TEST_F(Rendering, NeverCutsAGrapheme) {
  const std::vector<std::string> letters{
      "e\u0301",        "\U0001F1E9\U0001F1EA",       "**x**", "\U0001F44D\U0001F3FD",
      "*\u0E01\u0E33*", "\U0001F469\u200D\U0001F4BB", "`<`"};
  while (round < 300) {
    ++round;
    std::string text;
    for (int i = 0; i < 300; ++i) text += letters[random() % letters.size()];
    const auto plain = [&](std::size_t limit) {
      return markdown_messages(text, samples::format(samples::html(), limit, Unit::bytes));
    };
    std::size_t sum = 0;
    for (const Message& m : plain(160)) {
      sum += graphemes(m.plain.empty() ? m.text : m.plain, Unit::bytes, 100).size();
    }
    ASSERT_EQ(sum, graphemes(joined(plain(1U << 24U)), Unit::bytes, 100).size()) << place();
  }
}

/// Not timed: what is written is what the time goes into, and md4c gets bounded portions.
TEST_F(Rendering, GrowsWithTheTextAtMostLinearly) {
  for (const char* pattern :
       {"**a** ", "[a](http://b) ", "> ", "- a\n", "|a|b|\n", "`", "[a]\n", "&amp;", "# a\n",
        "~~*a*~~", "![](x)", "a\n\n", ")http://", "~~~http://", "(http://a)"}) {
    std::string text;
    while (text.size() < 300'000) text += pattern;
    const auto messages = markdown_messages(text, samples::format(samples::html()));
    std::size_t bytes = 0;
    for (const Message& m : messages) bytes += m.text.size() + m.plain.size();
    EXPECT_LE(bytes, 16 * text.size()) << pattern;
    EXPECT_LE(messages.size(), text.size() / 200) << pattern;
  }
}

}  // namespace
}  // namespace openclaw::render
