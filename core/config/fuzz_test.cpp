// Thousands of mutated files: none may crash the loader, make it throw or give it an inconsistent
// answer. OPENCLAW_FUZZ_SEED repeats a run, OPENCLAW_FUZZ_ROUNDS lengthens it.
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "core/config/load_fixture.hpp"

namespace openclaw::config {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t standard) {
  const char* text = std::getenv(variable);
  return text == nullptr ? standard : std::strtoull(text, nullptr, 10);
}

const std::vector<std::string>& seeds() {
  static const std::vector<std::string> all = [] {
    std::ifstream file(CONFIG_TESTDATA "/reference.yaml");
    std::stringstream text;
    text << file.rdbuf();
    return std::vector<std::string>{
        text.str(),
        minimal +
            "channels:\n  telegram:\n    botToken: \"${A:-b}\"\n    accounts:\n      work: "
            "{mode: webhook}\n  webchat: true\n",
        "base: &b {enabled: true}\nchannels:\n  webchat: {<<: *b, groups: [1, 2]}\n"
        "session: {identityLinks: {ada: [\"telegram:1\"]}}\n",
        "agents:\n- {id: a, instructions: |\n   text\n  }\n- id: b\n  instructions: >-\n    more\n"
        "    text\n  fallbacks: []\n"};
  }();
  return all;
}

const std::vector<std::string>& pieces() {
  static const std::vector<std::string> all = {"[",           "]",          "{",
                                               "}",           ":",          ": ",
                                               "- ",          "? ",         "&a ",
                                               "*a",          "!!str ",     "!x ",
                                               "|",           ">",          "|2-\n",
                                               "\n",          "\n  ",       "\t",
                                               "\"",          "'",          "#",
                                               " #",          "---\n",      "...\n",
                                               "%YAML 1.2\n", "%TAG ! x\n", "<<: ",
                                               "~",           "null",       "true",
                                               "-1",          "1e400",      "99999999999999999999",
                                               "${A}",        "${",         "$${",
                                               "${B:-}",      "\\x",        "\xEF\xBB\xBF",
                                               "\xC3\xA9",    "\xFF",       std::string(1, '\0'),
                                               "\r",          "\r\n",       "\xE2\x80\xA8",
                                               "@",           "`",          ",",
                                               "enabled",     "accounts: ", "plugin: ",
                                               "channels:\n", "name: "};
  return all;
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::string next() {
    std::string text = seeds()[below(seeds().size())];
    for (std::size_t i = below(6) + 1; i > 0; --i) {
      mutate(text);
    }
    return text;
  }

 private:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

  void mutate(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = std::min(text.size() - at, below(20));
    switch (below(5)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, pieces()[below(pieces().size())]);
        break;
      case 2:
        text.insert(below(text.size() + 1), text.substr(at, below(80)));
        break;
      case 3:
        if (at < text.size()) {
          text[at] = static_cast<char>(below(256));
        }
        break;
      default:
        text.resize(at);
        break;
    }
  }

  std::mt19937_64 random_;
};

TEST(Fuzz, NoMutatedFileBreaksTheLoader) {
  const std::uint64_t seed = number_from("OPENCLAW_FUZZ_SEED", std::random_device()());
  const std::uint64_t rounds = number_from("OPENCLAW_FUZZ_ROUNDS", 500);
  std::printf("OPENCLAW_FUZZ_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  Mutator mutator(seed);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::string text = mutator.next();
    Loaded loaded;
    ASSERT_NO_THROW(loaded = load_text(text, {{"A", "value"}}, round % 2 == 0)) << text;
    ASSERT_EQ(loaded.config.has_value(), !has_error(loaded.diagnostics)) << text;
    for (const Diagnostic& diagnostic : loaded.diagnostics) {
      ASSERT_FALSE(diagnostic.message.empty()) << text;
      ASSERT_GE(diagnostic.line, 0) << text;
      ASSERT_EQ(diagnostic.line == 0, diagnostic.column == 0) << text;
    }
    ASSERT_NE(to_json(loaded.diagnostics, "f"), "");
  }
}

}  // namespace
}  // namespace openclaw::config
