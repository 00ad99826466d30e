#include "core/render/markdown_escape.hpp"

#include <gtest/gtest.h>

#include "core/render/markdown.hpp"

namespace openclaw::render {
namespace {

TEST(MarkdownEscape, LeavesWhatIsNoMarkup) {
  for (const char* text : {"/model NAME: use another model here; /model default", "snake_case_id",
                           "agent:main:telegram:direct:7", "It is 5 - 3, or so. (1) C:\\dir R&D",
                           "The code is valid for one hour at most.\nBye."}) {
    EXPECT_EQ(markdown_escaped(text), text);
  }
}

TEST(MarkdownEscape, EscapesWhatIs) {
  EXPECT_EQ(markdown_escaped("*a* _b_ `c` [d](e) <f> ~~g~~"),
            "\\*a\\* \\_b\\_ \\`c\\` \\[d](e) \\<f> \\~\\~g\\~\\~");
  EXPECT_EQ(markdown_escaped("# a\n> b\n- c\n1. d\n12) e"), "\\# a\n\\> b\n\\- c\n1\\. d\n12\\) e");
}

TEST(MarkdownEscape, WhatIsEscapedIsReadAsItWas) {
  for (const char* text : {"*a* _b_ __c__ `d` [e](http://f) <http://g> ~~h~~ &amp; \\*",
                           "# a\n> b\n- c\n+ d\n* e\n1. f\n2) g\n---\n===\n***\n```\nx\n~~~",
                           "a\n===\nb | c\n--|--\nd | e", "_x", "x_", "a_b_c", "\\", "&#65;"}) {
    const Document d = parse_markdown(markdown_escaped(text));
    EXPECT_EQ(d.text, text);
    EXPECT_EQ(d.blocks.size(), 1U) << text;
    EXPECT_EQ(d.runs.size(), 1U) << text;
  }
}

}  // namespace
}  // namespace openclaw::render
