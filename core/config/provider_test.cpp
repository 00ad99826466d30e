// Which provider of the file can be used.
#include <gtest/gtest.h>

#include "core/config/load_fixture.hpp"

namespace openclaw::config {
namespace {

const std::string auth = "auth: {apiKey: a-key-of-enough-length}\n";

Loaded load_providers(const std::string& providers, Variables variables = {}) {
  return load_text(auth + "providers: [" + providers + "]\n", std::move(variables));
}

TEST(Provider, ThatHasNoKeyForItsVendorCannotBeUsed) {
  const Loaded loaded = load_providers("{name: vendor, model: m}");
  EXPECT_FALSE(loaded.config);
  EXPECT_EQ(text_of(loaded.diagnostics),
            "gateway.yaml:2:1: error: providers: no provider can be used; the warnings say what "
            "each one lacks\n"
            "gateway.yaml:2:13: warning: providers[0].apiKey: is absent, and VENDOR_KEY is not "
            "set; the provider vendor will be failed until it is\n");
}

TEST(Provider, WhoseKeyIsEmptyIsAsGoodAsOneWithout) {
  for (const char* const key : {"\"\"", "\"${VENDOR_KEY:-}\""}) {
    const Loaded loaded =
        load_providers(std::string("{name: echo}, {name: vendor, model: m, apiKey: ") + key + "}");
    ASSERT_TRUE(loaded.config) << text_of(loaded.diagnostics);
    EXPECT_EQ(text_of(loaded.diagnostics),
              "gateway.yaml:2:60: warning: providers[1].apiKey: is empty, but required; the "
              "provider vendor will be failed until then\n");
    EXPECT_EQ(loaded.config->providers[1].unusable_reason,
              "providers[1].apiKey: is empty, but required");
  }
}

TEST(Provider, TakesItsKeyFromTheVariable) {
  EXPECT_EQ(text_of(load_providers("{name: vendor, model: m}", {{"VENDOR_KEY", "k"}}).diagnostics),
            "");
}

TEST(Provider, NeedsNoKeyForAServerOfOnesOwn) {
  EXPECT_EQ(
      text_of(
          load_providers("{name: vendor, model: m, baseUrl: 'http://127.0.0.1:1'}").diagnostics),
      "");
  EXPECT_EQ(
      text_of(load_providers("{name: vendor, model: m}", {{"VENDOR_URL", "http://a"}}).diagnostics),
      "");
  EXPECT_FALSE(
      load_providers("{name: vendor, model: m, baseUrl: 'https://vendor.example/'}").config);
}

std::string models(const std::string& providers, const std::string& agents) {
  return text_of(
      load_text(auth + "providers: [" + providers + "]\nagents: " + agents + "\n").diagnostics);
}

TEST(Provider, ThatIsAskedForNoModelIsWarnedOfOnce) {
  const char* const warning =
      "gateway.yaml:2:13: warning: providers[0].model: is absent, so the provider vendor cannot "
      "answer for the agent a; add it\n";
  const char* const vendor = "{name: vendor, apiKey: x}";
  EXPECT_EQ(models(vendor, "[{id: a}, {id: b}]"), warning);
  EXPECT_EQ(models(vendor, "[{id: b, model: m}, {id: a}]"), warning);
  EXPECT_EQ(models(vendor, "[{id: a, model: m}]"), "");
  EXPECT_EQ(models("{name: vendor, apiKey: x, model: m}", "[{id: a}]"), "");
}

TEST(Provider, HasTheAgentsModelOnlyWhereItIsTheFirstOfTheChain) {
  const char* const two = "{name: echo}, {name: vendor, apiKey: x}";
  const char* const warning =
      "gateway.yaml:2:27: warning: providers[1].model: is absent, so the provider vendor cannot "
      "answer for the agent a; add it\n";
  EXPECT_EQ(models(two, "[{id: a, model: m}]"), warning);
  EXPECT_EQ(models(two, "[{id: a, model: m, provider: vendor}]"), "");
  EXPECT_EQ(models(two, "[{id: a, model: m, provider: echo}]"), warning);
  EXPECT_EQ(models(two, "[{id: a, model: m, fallbacks: [vendor]}]"), "");
  EXPECT_EQ(models(two, "[{id: a, provider: echo, fallbacks: []}]"), "");
}

}  // namespace
}  // namespace openclaw::config
