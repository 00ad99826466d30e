// Broken files, and exactly what is said about each.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/config/load_fixture.hpp"

namespace openclaw::config {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::string expected;  ///< all diagnostics, without "gateway.yaml:"
};

std::string with_prefix(const std::string& expected) {
  std::istringstream lines(expected);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    out += "gateway.yaml:" + line + "\n";
  }
  return out;
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"UnknownKeyIsAWarning", minimal + "server:\n  prot: 1\n  hots: x\n",
       "4:3: warning: server.prot: unknown key, ignored; did you mean `port`?\n"
       "5:3: warning: server.hots: unknown key, ignored; did you mean `host`?\n"},
      {"UnknownTopKey", minimal + "chanels: {}\n",
       "3:1: warning: chanels: unknown key, ignored; did you mean `channels`?\n"},
      {"SnakeCaseKey", minimal + "server: {log_level: info}\n",
       "3:10: warning: server.log_level: unknown key, ignored; did you mean `logLevel`?\n"},
      {"UnknownKeyOfAPlugin", minimal + "channels:\n  telegram:\n    botToken: x\n    apiRot: y\n",
       "6:5: warning: channels.telegram.apiRot: unknown key, ignored; did you mean `apiRoot`?\n"},
      {"AllErrorsAtOnce",
       minimal + "server:\n  port: http\n  logLevel: inof\n  cors: yes\nqueue: [1]\n",
       "4:9: error: server.port: must be a whole number from 0 to 65535\n"
       "5:13: error: server.logLevel: must be debug, info, warn or error; did you mean `info`?\n"
       "6:9: error: server.cors: must be a map, but is a single value\n"
       "7:8: error: queue: must be a map, but is a list\n"},
      {"ASecretsNameOfAnotherPlatform", minimal + "channels: {telegram: {botToken: x, token: y}}\n",
       "3:36: warning: channels.telegram.token: unknown key, ignored; did you mean `botToken`?\n"},
      {"AnyoneWithoutOpen", minimal + "channels: {webchat: {allowFrom: [\"*\"]}}\n",
       "3:33: warning: channels.webchat.allowFrom: \"*\" counts only with `dmPolicy: open`\n"},
      {"AnAllowlistOfNobody", minimal + "channels: {webchat: {dmPolicy: allowlist}}\n",
       "3:32: warning: channels.webchat.dmPolicy: `allowlist` without allowFrom lets nobody "
       "write\n"},
      {"PortOutOfRange", minimal + "server: {port: 65536}\n",
       "3:16: error: server.port: must be a whole number from 0 to 65535\n"},
      {"PortNegative", minimal + "server: {port: -1}\n",
       "3:16: error: server.port: must be a whole number from 0 to 65535\n"},
      {"PortWithAFraction", minimal + "server: {port: 80.5}\n",
       "3:16: error: server.port: must be a whole number from 0 to 65535\n"},
      {"PortInQuotesIsTaken", minimal + "server: {port: \"3000\"}\n",
       "3:16: warning: server.port: remove the quotes; a number needs none\n"},
      {"YesIsNoBoolean", minimal + "monitoring: {healthCheck: yes}\n",
       "3:27: error: monitoring.healthCheck: must be true or false; write true\n"},
      {"OffIsNoBoolean", minimal + "monitoring: {healthCheck: off}\n",
       "3:27: error: monitoring.healthCheck: must be true or false; write false\n"},
      {"TrueIsNoString", minimal + "server: {host: true}\n",
       "3:16: error: server.host: must be a string, but is true; put it in quotes if text is "
       "meant\n"},
      {"OneValueIsNoList", minimal + "channels: {webchat: {allowFrom: \"*\"}}\n",
       "3:33: error: channels.webchat.allowFrom: must be a list, but is a single value; write it "
       "as [value]\n"},
      {"DuplicateKey", minimal + "server: {port: 1}\nserver: {port: 2}\n",
       "4:1: error: server: given twice, first in line 3; remove one of the two\n"},
      {"OpenNeedsTheStar", minimal + "channels:\n  webchat:\n    dmPolicy: open\n",
       "5:15: error: channels.webchat.dmPolicy: `open` lets anyone write; confirm it with "
       "allowFrom: [\"*\"], or choose pairing, allowlist or disabled\n"},
      {"NoApiKey", "providers: [{name: echo}]\n",
       "1:1: error: auth.apiKey: is required, but absent; add it, or set OPENCLAW_API_KEY\n"},
      {"ShortApiKey", "auth: {apiKey: short}\nproviders: [{name: echo}]\n",
       "1:16: warning: auth.apiKey: shorter than 16 characters, so it can be guessed; take the "
       "output of `openssl rand -hex 32`\n"},
      {"NoProvider", "auth: {apiKey: a-key-of-enough-length}\n",
       "1:1: error: providers: at least one provider is required; add one, as in `- name: "
       "openai`\n"},
      {"TwoProvidersOfOneName",
       "auth: {apiKey: a-key-of-enough-length}\nproviders:\n- name: echo\n- name: echo\n",
       "4:9: error: providers[1].name: a second provider of this name; give one of them another "
       "name and say `plugin: echo`\n"},
      {"ProviderThatIsNoMap",
       "auth: {apiKey: a-key-of-enough-length}\nproviders: [openai, {model: x}]\n",
       "2:13: error: providers[0]: must be a map, as in `- name: openai`\n"
       "2:21: error: providers[1].name: is required, but absent; add it\n"},
      {"AgentOfAnUnknownProvider", minimal + "agents:\n- id: main\n  provider: opnai\n",
       "5:13: error: agents[0].provider: there is no provider of this name; did you mean "
       "`openai`?; there are: openai\n"},
      {"ChannelOfAnUnknownAgent", minimal + "channels: {webchat: {agent: helper}}\n",
       "3:29: error: channels.webchat.agent: there is no agent of this name; there are: main\n"},
      {"TwoAgentsOfOneId", minimal + "agents: [{id: a}, {id: a}]\n",
       "3:24: error: agents[1].id: a second agent of this id; give it another\n"},
      {"UnknownStorage", minimal + "storage: {type: sqlit}\n",
       "3:17: error: storage: the storage plugin `sqlit` cannot be used: no such plugin is "
       "installed; did you mean `sqlite`?; installed are: sqlite, postgres\n"},
      {"StorageUrlUnset", minimal + "storage: {type: postgres, url: \"${PG}\"}\n",
       "3:32: error: storage.url: PG is not set; set it in the gateway's environment, or write the "
       "value here\n"},
      {"StorageUrlAbsent", minimal + "storage: {type: postgres}\n",
       "3:17: error: storage.url: is required, but absent; add it\n"},
      {"StorageUrlOfAnotherForm", minimal + "storage: {type: postgres, url: 'redis://db'}\n",
       "3:32: error: storage.url: must be text that matches ^postgres(ql)?://\n"},
      {"KeyOfAnotherStorage", minimal + "storage: {url: 'postgres://u:c4n4ry@db/x'}\n",
       "3:11: error: storage.url: is not used by sqlite: set storage.type to postgres, or remove "
       "this key\n"},
      {"KeyOfAnotherStorageThatIsNoText", minimal + "storage:\n  schema:\n",
       "4:3: error: storage.schema: is not used by sqlite: set storage.type to postgres, or remove "
       "this key\n"},
      {"PathOfAStorageWithout",
       minimal + "storage: {type: postgres, url: 'postgres://db', "
                 "path: /x.db}\n",
       "3:49: error: storage.path: is not used by postgres: set storage.type to sqlite, or remove "
       "this key\n"},
      {"KeyOfNoStorage", minimal + "storage: {paht: /x.db, host: db}\n",
       "3:11: error: storage.paht: unknown key; correct or remove it; did you mean `path`?\n"
       "3:24: error: storage.host: unknown key; correct or remove it\n"},
      {"KeyOfNoLimit",
       minimal + "storage: {type: postgres, url: 'postgres://db', retention: {maxage: 90d}}\n",
       "3:61: error: storage.retention.maxage: unknown key; correct or remove it; did you mean "
       "`maxAge`?\n"},
      {"KeyOfTheGatewayInStorage", minimal + "storage: {instance: a}\n",
       "3:11: error: storage.instance: unknown key; correct or remove it; did you mean "
       "`gateway.instance`?\n"},
      {"RequiredKeyOfAPlugin", minimal + "channels:\n  whatsapp: {phoneNumberId: 1234}\n",
       "4:3: error: channels.whatsapp.token: is required, but absent; add it\n"},
      {"EnumOfAPlugin", minimal + "channels: {telegram: {botToken: x, mode: webhok}}\n",
       "3:42: error: channels.telegram.mode: must be polling or webhook; did you mean "
       "`webhook`?\n"},
      {"ConditionOfAPlugin", minimal + "channels:\n  telegram: {botToken: x, mode: webhook}\n",
       "4:3: warning: channels.telegram.webhookSecret: is required while mode is webhook, but "
       "absent; add it; the channel telegram will be failed until it is there\n"},
      {"NestedKeyOfAPlugin", minimal + "storage:\n  retention:\n    days: 0\n",
       "5:11: error: storage.retention.days: must be a whole number of at least 1\n"},
      {"VariableWithoutDefault", minimal + "server: {port: \"${PORT}\"}\n",
       "3:16: error: server.port: PORT is not set; set it in the gateway's environment, or write "
       "${PORT:-default}\n"},
      {"BrokenVariable", minimal + "server: {host: \"${}\", logLevel: \"${A\"}\n",
       "3:16: error: server.host: `${` must be followed by a variable's name, as in ${NAME} or "
       "${NAME:-default}; write $${ for the characters ${\n"
       "3:33: error: server.logLevel: `${` without its `}`; write $${ for the characters ${\n"},
      {"OriginWithoutScheme",
       minimal +
           "server: {cors: {origins: [example.com, https://a.example/, \"https://b.example\"]}}\n",
       "3:27: error: server.cors.origins[0]: must be an origin as https://example.com, with scheme "
       "and without path, or \"*\"\n"
       "3:40: error: server.cors.origins[1]: must be an origin as https://example.com, with scheme "
       "and without path, or \"*\"\n"},
      {"SamePorts", minimal + "server: {port: 9090}\n",
       "3:16: error: server.port: server.port and monitoring.metricsPort are the same; change one "
       "of them\n"},
      {"BadChannelName", minimal + "channels: {Tele Gram: true}\n",
       "3:12: error: channels.Tele…: is not a valid name; use lower-case letters, digits, - and "
       "_\n"},
      {"BadAccountId", minimal + "channels: {webchat: {accounts: {A: {}}}}\n",
       "3:33: error: channels.webchat.accounts.A: is not a valid account id; use lower-case "
       "letters, digits, - and _\n"},
      {"Empty", "",
       "1:1: error: the file is empty; it needs at least `auth: { apiKey: "
       "\"${OPENCLAW_API_KEY}\" }` and one provider, as in `providers: [{ name: openai, apiKey: "
       "\"${OPENAI_API_KEY}\", model: gpt-4o }]`\n"},
      {"SyntaxError", "server:\n  port: [1\nauth: x\n",
       "2:9: error: the `[` of line 2 is never closed\n"},
      {"TwoDocuments", minimal + "---\na: 1\n",
       "4:1: error: a second document (after `---`); the "
       "file must hold one\n"},
      {"UndefinedAlias", minimal + "server: *nowhere\n",
       "3:9: error: an alias (*name) to an anchor (&name) that is not defined above; quote a value "
       "that starts with *\n"},
      {"CustomTag", minimal + "server: {host: !secret x}\n",
       "3:16: error: custom tags (!name) are not supported; remove the tag\n"},
      {"NulByte", std::string("a: \0b", 5),
       "1:4: error: a NUL byte; the file must be UTF-8 "
       "text\n"},
      {"InvalidUtf8", "a: b\nc: \xC3\x28\n",
       "2:4: error: not valid UTF-8; save the file with the "
       "encoding UTF-8\n"},
  };
  return all;
}

class BrokenFile : public ::testing::TestWithParam<Case> {};

TEST_P(BrokenFile, IsDescribedExactly) {
  const Loaded loaded = load_text(GetParam().text);
  EXPECT_EQ(text_of(loaded.diagnostics), with_prefix(GetParam().expected));
  EXPECT_EQ(loaded.config.has_value(), !has_error(loaded.diagnostics));
}

INSTANTIATE_TEST_SUITE_P(All, BrokenFile, ::testing::ValuesIn(cases()),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(Diagnostics, NeverHoldASecretsValue) {
  const std::string canary = "c4n4ry";
  for (const char* const text :
       {"auth: {apiKey: [c4n4ry]}\nproviders: [{name: openai, apiKey: {c4n4ry: 1}}]\n",
        "auth:\n  apiKey:c4n4ry\nproviders: []\n", "auth: {apiKey:c4n4ry}\n",
        "auth: {apiKey: *c4n4ry}\n", "auth: {apiKey: &c4n4ry}\nauth: 1\n",
        "auth: {apiKey: !c4n4ry x}\n", "auth: {apiKey: \"c4n4ry}\n",
        "channels: {telegram: {botToken: true, mode: c4n4ry, webhookSecret: 'c4n4ry !'}}\n",
        "channels: {telegram: c4n4ry}\nstorage: c4n4ry\nproviders: c4n4ry\n",
        "auth: {apiKey: \"${X:-c4n4ry\"}\n", "server: {port: c4n4ry, host: 'c4n4ry c4n4ry'}\n",
        "storage: {type: postgres, url: [c4n4ry]}\n"}) {
    const Loaded loaded = load_text(text, {{"OPENCLAW_PORT", canary}});
    EXPECT_FALSE(loaded.config);
    EXPECT_EQ(text_of(loaded.diagnostics).find(canary), std::string::npos)
        << text << text_of(loaded.diagnostics);
  }
}

TEST(Diagnostics, AreWrittenAsJsonForScripts) {
  const Loaded loaded = load_text(minimal + "server: {prot: 1, port: x}\n");
  const auto json = nlohmann::json::parse(to_json(loaded.diagnostics, "gateway.yaml"));
  EXPECT_EQ(json["valid"], false);
  EXPECT_EQ(json["errors"], 1);
  EXPECT_EQ(json["warnings"], 1);
  EXPECT_EQ(json["diagnostics"][0]["severity"], "warning");
  EXPECT_EQ(json["diagnostics"][0]["line"], 3);
  EXPECT_EQ(json["diagnostics"][1]["key"], "server.port");
}

TEST(Diagnostics, AreCappedButStillFail) {
  std::string text = minimal;
  for (int i = 0; i < 1000; ++i) {
    text += "k" + std::to_string(i) + ": 1\n";
  }
  const Loaded loaded = load_text(text + "server: {port: x}\n");
  EXPECT_FALSE(loaded.config);
  EXPECT_EQ(loaded.diagnostics.size(), 201U);
  EXPECT_EQ(loaded.diagnostics.back().severity, Severity::error);
}

}  // namespace
}  // namespace openclaw::config
