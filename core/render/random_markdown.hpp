// Random Markdown for the tests: sound, broken and hostile.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace openclaw::render {

inline std::string random_markdown(std::mt19937& random) {
  static const std::vector<std::string> parts{"word",
                                              " ",
                                              "\n",
                                              "\n\n",
                                              ". ",
                                              "! ",
                                              "```cpp\n",
                                              "\n```\n",
                                              "~~~\n",
                                              "**",
                                              "*",
                                              "_",
                                              "__",
                                              "~~",
                                              "`",
                                              "``",
                                              "# ",
                                              "\n## ",
                                              "> ",
                                              "\n> ",
                                              "- ",
                                              "\n- ",
                                              "\n  - ",
                                              "1. ",
                                              "\n2) ",
                                              "\n---\n",
                                              "[a](",
                                              "](http://x/?a=1&b=\"2\")",
                                              "[",
                                              "![",
                                              "](",
                                              ")",
                                              "<http://y>",
                                              "<b>",
                                              "&amp;",
                                              "&lt;",
                                              "&",
                                              "<",
                                              ">",
                                              "\"",
                                              "\\",
                                              "|",
                                              "\n|a|b|\n|---|--:|\n|",
                                              "\U0001F600",
                                              "e\u0301",
                                              "\U0001F1E9\U0001F1EA",
                                              "\u4F60\u597D\u3002",
                                              "\xFF",
                                              "\t",
                                              "supercalifragilistic",
                                              "\U0001F468\u200D\U0001F469\u200D\U0001F467",
                                              "\r\n",
                                              "\x02",
                                              "https://a.b/c_d_e(f)",
                                              "\n    indented\n",
                                              "[x]: http://z\n",
                                              "[x]",
                                              "**bold** ",
                                              "*it* "};
  std::string text;
  const int count = std::uniform_int_distribution<>(0, 150)(random);
  for (int i = 0; i < count; ++i) {
    text += parts[std::uniform_int_distribution<std::size_t>(0, parts.size() - 1)(random)];
  }
  return text;
}

}  // namespace openclaw::render
