#include "core/host/manifest.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "core/host/elf_note.hpp"

namespace openclaw::host {
namespace {

using nlohmann::json;

json minimal() {
  return {{"id", "sms"},
          {"kind", "channel"},
          {"version", "1.2.3"},
          {"abi", {{"major", 1}, {"minor", 0}, {"minorNeeded", 0}}}};
}

std::string refusal(const json& manifest) {
  const auto parsed = parse_manifest(manifest.dump(), "/plugins/sms.so");
  return parsed ? "" : parsed.error().message;
}

TEST(Manifest, ReadsEveryField) {
  json full = minimal();
  full["licence"] = "MIT";
  full["description"] = "Text messages.";
  full["config"] = {{"type", "object"}};
  full["secrets"] = {"token", "webhookSecret"};
  full["env"] = {{"token", "SMS_TOKEN"}};
  full["hosts"] = {"api.example.com", "*.example.org"};
  full["urlKeys"] = {"apiRoot"};
  full["routes"] = {{{"path", "/sms/*"}, {"auth", "apiKey"}}, {{"path", "/"}, {"auth", "none"}}};
  full["text"] = {{"limit", 1500}, {"unit", "bytes"}, {"format", "markdown"}};
  full["dev"] = true;
  const auto parsed = parse_manifest(full.dump(), "/plugins/sms.so");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->file, "/plugins/sms.so");
  EXPECT_EQ(parsed->id, "sms");
  EXPECT_EQ(parsed->kind, "channel");
  EXPECT_EQ(parsed->version, "1.2.3");
  EXPECT_EQ(parsed->licence, "MIT");
  EXPECT_EQ(parsed->description, "Text messages.");
  EXPECT_EQ(parsed->abi_major, 1);
  EXPECT_EQ(json::parse(parsed->config_schema_json), full["config"]);
  EXPECT_EQ(parsed->secrets, (std::vector<std::string>{"token", "webhookSecret"}));
  EXPECT_EQ(parsed->env.at("token"), "SMS_TOKEN");
  EXPECT_EQ(parsed->hosts, (std::vector<std::string>{"api.example.com", "*.example.org"}));
  EXPECT_EQ(parsed->url_keys, std::vector<std::string>{"apiRoot"});
  ASSERT_EQ(parsed->routes.size(), 2U);
  EXPECT_EQ(parsed->routes[0].path, "/sms/*");
  EXPECT_EQ(parsed->routes[0].auth, ManifestRoute::Auth::api_key);
  EXPECT_EQ(parsed->routes[1].auth, ManifestRoute::Auth::none);
  EXPECT_EQ(parsed->text.limit, 1500U);
  EXPECT_EQ(parsed->text.unit, render::Unit::bytes);
  EXPECT_TRUE(parsed->text.markdown);
  EXPECT_TRUE(parsed->dev);
}

TEST(Manifest, FillsInWhatIsAbsent) {
  const auto parsed = parse_manifest(minimal().dump(), "sms.so");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->text.limit, 4000U);
  EXPECT_EQ(parsed->text.unit, render::Unit::codepoints);
  EXPECT_EQ(parsed->config_schema_json, "");
  EXPECT_FALSE(parsed->dev);
}

struct Wrong {
  const char* pointer;
  json value;
  const char* sentence;
};

class WrongField : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongField, IsNamedInTheReason) {
  json manifest = minimal();
  manifest[json::json_pointer(GetParam().pointer)] = GetParam().value;
  EXPECT_EQ(refusal(manifest),
            std::string("sms.so: its manifest is wrong: ") + GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(
    Manifest, WrongField,
    ::testing::Values(
        Wrong{"/id", "../sms", "`id` must be lower case letters, digits, - and _, at most 64"},
        Wrong{"/id", 7, "`id` must be lower case letters, digits, - and _, at most 64"},
        Wrong{"/kind", "tool", "`kind` must be channel, provider or storage"},
        Wrong{"/version", "", "`version` must be a version like \"1.2.3\""},
        Wrong{"/description", "\x1b[2J", "`description` must be one line of text"},
        Wrong{"/licence", json::array(), "`licence` must be an SPDX identifier"},
        Wrong{"/abi", "1.0", "`abi` must be a mapping"},
        Wrong{"/abi/major", 1.5, "`abi.major` must be a whole number from 0 to 65535"},
        Wrong{"/abi/minor", -1, "`abi.minor` must be a whole number from 0 to 65535"},
        Wrong{"/abi/minor", UINT64_MAX, "`abi.minor` must be a whole number from 0 to 65535"},
        Wrong{"/abi/minorNeeded", 1, "`abi.minorNeeded` is above abi.minor"},
        Wrong{"/config", true, "`config` must be a JSON Schema, a mapping"},
        Wrong{"/secrets", "token",
              "`secrets` must be a list of at most 64 keys of the plugin's section"},
        Wrong{"/secrets", {"to ken"}, "`secrets` must be a list of keys of the plugin's section"},
        Wrong{"/hosts",
              {"https://api.example.com"},
              "`hosts` must be a list of host names like \"api.example.com\""},
        Wrong{"/hosts", {"*.com"}, "`hosts` must be a list of host names like \"api.example.com\""},
        Wrong{"/hosts",
              {"api.*.com"},
              "`hosts` must be a list of host names like \"api.example.com\""},
        Wrong{"/env",
              {{"token", "lower"}},
              "`env` must be a mapping of keys to environment variables like \"API_KEY\""},
        Wrong{"/routes", {7}, "`routes[0]` must be a mapping"},
        Wrong{"/routes", json::array({{{"path", "chat"}, {"auth", "none"}}}),
              "`routes[0].path` must be a path like \"/chat\" or \"/chat/*\""},
        Wrong{"/routes", json::array({{{"path", "/a/../b"}, {"auth", "none"}}}),
              "`routes[0].path` must be a path like \"/chat\" or \"/chat/*\""},
        Wrong{"/routes", json::array({{{"path", "/chat"}}}), "`routes[0].auth` is missing"},
        Wrong{"/routes", json::array({{{"path", "/chat"}, {"auth", "open"}}}),
              "`routes[0].auth` must be none, apiKey or plugin"},
        Wrong{"/text/limit", 0, "`text.limit` must be a whole number from 1 to 10000000"},
        Wrong{"/text",
              {{"limit", 1}, {"unit", "words"}},
              "`text.unit` must be utf16, codepoints or bytes"},
        Wrong{"/text",
              {{"limit", 1}, {"markup", "x"}},
              "`text.markup` is not a field of ABI 1.0's manifest"},
        Wrong{"/dev", 1, "`dev` must be true or false"},
        Wrong{"/secret", {"token"}, "`secret` is not a field of ABI 1.0's manifest"}));

TEST(Manifest, NamesTheMissingField) {
  for (const char* key : {"id", "kind", "version", "abi"}) {
    json manifest = minimal();
    manifest.erase(key);
    EXPECT_EQ(refusal(manifest),
              std::string("sms.so: its manifest is wrong: `") + key + "` is missing");
  }
}

TEST(Manifest, IgnoresUnknownFieldsOfALaterMinor) {
  json manifest = minimal();
  manifest["abi"]["minor"] = 1;
  manifest["sandbox"] = true;
  EXPECT_EQ(refusal(manifest), "");
}

TEST(Manifest, RefusesWhatIsNotAJsonObject) {
  const auto reason = [](const std::string& text) {
    const auto parsed = parse_manifest(text, "sms.so");
    return parsed ? "" : parsed.error().message;
  };
  EXPECT_EQ(reason("{"), "sms.so: its manifest is not valid JSON");
  EXPECT_EQ(reason(""), "sms.so: its manifest is not valid JSON");
  EXPECT_EQ(reason("{\"id\":\"\xff\"}"), "sms.so: its manifest is not valid JSON");
  EXPECT_EQ(reason("[]"), "sms.so: its manifest is not a JSON object");
  EXPECT_EQ(reason(std::string(100'000, '[')),
            "sms.so: its manifest is nested more than 64 levels deep");
}

TEST(Manifest, AnotherMajorIsRefusedByItsVersionNotByItsFields) {
  const auto parsed = parse_manifest(
      R"({"abi":{"major":2,"minor":0,"minorNeeded":0},"kind":["tool"]})", "/plugins/sms.so");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const auto checked = check_abi(*parsed);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::unsupported);
  EXPECT_EQ(checked.error().message,
            "sms.so: built for plugin ABI 2.0, this gateway speaks 1.0: install a matching "
            "version");
}

TEST(Manifest, ALaterMinorIsRefusedOnlyWhenNeeded) {
  json manifest = minimal();
  manifest["abi"] = {{"major", 1}, {"minor", 3}, {"minorNeeded", 0}};
  EXPECT_TRUE(check_abi(parse_manifest(manifest.dump(), "sms.so").value()));
  manifest["abi"]["minorNeeded"] = 2;
  const auto checked = check_abi(parse_manifest(manifest.dump(), "sms.so").value());
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message,
            "sms.so: needs plugin ABI 1.2, this gateway speaks 1.0: install a newer gateway or an "
            "older plugin");
}

TEST(Manifest, IsReadFromAPluginThatWasBuilt) {
  const auto read = read_manifest(OPENCLAW_BUILT_PLUGINS "/providers/echo.so");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->id, "echo");
  EXPECT_EQ(read->kind, "provider");
  EXPECT_TRUE(read->dev);
  EXPECT_TRUE(check_abi(*read));
}

}  // namespace
}  // namespace openclaw::host
