#include "core/config/sections.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "core/config/core_schema.hpp"
#include "core/config/retention.hpp"
#include "core/config/scalar.hpp"
#include "core/config/storage_keys.hpp"
#include "core/config/suggest.hpp"

namespace openclaw::config {
namespace {

// Every entry is checked on its own, so their number bounds the time a load takes.
constexpr std::size_t max_entries = 256;

using Json = nlohmann::json;

std::string string_at(const Json& section, const char* key, std::string standard = {}) {
  const auto found = section.find(key);
  return found != section.end() && found->is_string() ? found->get<std::string>()
                                                      : std::move(standard);
}

std::vector<std::string> strings_at(const Json& section, const char* key) {
  const auto found = section.find(key);
  return found != section.end() ? found->get<std::vector<std::string>>()
                                : std::vector<std::string>();
}

std::string dump(const Json& section) {
  return section.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Node empty_map(Mark mark) {
  Node node;
  node.kind = Node::Kind::map;
  node.mark = mark;
  return node;
}

/// What is wrong with a channel's value that is neither a map nor one of YAML 1.2's two words.
std::string switch_words(const Node& node) {
  const std::string words = "must be a map of settings, or true or false";
  if (!node.plain) return words;
  std::string lower = node.text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "yes" || lower == "on" || lower == "y") return words + ": write `true`";
  if (lower == "no" || lower == "off" || lower == "n") return words + ": write `false`";
  return words;
}

/// The account's own keys over those of the channel.
Node merge_account(const Node& channel, const Node& account) {
  Node out = account;
  out.kind = Node::Kind::map;
  for (const Entry& entry : channel.entries) {
    if (entry.key != "accounts" && account.find(entry.key) == nullptr) {
      out.entries.push_back(entry);
    }
  }
  return out;
}

}  // namespace

// ---- providers

std::vector<Provider> SectionLoader::providers(const Node& root) {
  std::vector<Provider> out;
  const Entry* entry = root.find("providers");
  if (entry != nullptr && entry->value.items.size() > max_entries) {
    context_.report.error(entry->key_mark, "providers", "more than 256 providers");
    return out;
  }
  if (entry != nullptr && entry->value.kind == Node::Kind::sequence) {
    for (std::size_t i = 0; i < entry->value.items.size(); ++i) {
      const Node& item = entry->value.items[i];
      const std::string path = "providers[" + std::to_string(i) + "]";
      if (item.kind != Node::Kind::map) {
        context_.report.error(item.mark, path, "must be a map, as in `- name: openai`");
        continue;
      }
      out.push_back(read_provider(item, path));
    }
  } else if (entry != nullptr && entry->value.kind != Node::Kind::null) {
    context_.report.error(entry->value.mark, "providers", "must be a list, as in `- name: openai`");
    return out;
  }
  check_providers(out, entry);
  if (context_.dev) {
    add_dev_providers(out);
  }
  return out;
}

Provider SectionLoader::read_provider(const Node& node, const std::string& path) {
  const std::string name = text_of(node, "name", "");
  const std::string plugin = text_of(node, "plugin", name);
  const Subject subject{PluginKind::provider, "the provider " + shown_key(name), path, node.mark};
  if (plugin.empty()) {
    if (node.find("name") == nullptr) {
      context_.report.error(node.mark, path + ".name", "is required, but absent; add it");
    } else {
      context_.report.error(node.find("name")->value.mark, path + ".name",
                            "must be a name, as in `name: openai`");
    }
    return {};
  }
  const Section section = read(subject, plugin, node);
  Provider out;
  out.name = string_at(section.value, "name");
  out.plugin = plugin;
  out.model = string_at(section.value, "model");
  out.names_model =
      member(facts_of(PluginKind::provider, plugin).schema, "properties").contains("model");
  if (const auto timeouts = section.value.find("timeouts"); timeouts != section.value.end()) {
    const auto seconds = [&](const char* key, std::uint32_t& to) {
      if (const auto found = timeouts->find(key); found != timeouts->end()) {
        to = found->get<std::uint32_t>();
      }
    };
    seconds("connect", out.timeouts.connect);
    seconds("firstToken", out.timeouts.first_token);
    seconds("idle", out.timeouts.idle);
    seconds("total", out.timeouts.total);
  }
  out.section_json = dump(section.value);
  out.unusable_reason = section.unusable_reason;
  return out;
}

void SectionLoader::check_providers(const std::vector<Provider>& providers, const Entry* entry) {
  for (std::size_t i = 0; i < providers.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!providers[i].name.empty() && providers[i].name == providers[j].name) {
        const std::string path = "providers[" + std::to_string(i) + "].name";
        context_.report.error(marks_[path], path,
                              "a second provider of this name; give one of them another name "
                              "and say `plugin: " +
                                  providers[j].plugin + "`");
        break;
      }
    }
  }
  const bool usable = std::any_of(providers.begin(), providers.end(),
                                  [](const Provider& p) { return p.unusable_reason.empty(); });
  if (usable || context_.dev) {
    return;
  }
  const Mark mark = entry == nullptr ? Mark{1, 1} : entry->key_mark;
  context_.report.error(mark, "providers",
                        providers.empty()
                            ? "at least one provider is required; add one, as in `- name: openai`"
                            : "no provider can be used; the warnings say what each one lacks");
}

void SectionLoader::add_dev_providers(std::vector<Provider>& out) {
  const bool usable = std::any_of(out.begin(), out.end(),
                                  [](const Provider& p) { return p.unusable_reason.empty(); });
  if (usable) {
    return;
  }
  for (const NamedPlugin& plugin : installed_) {
    const bool named = std::any_of(out.begin(), out.end(),
                                   [&](const Provider& p) { return p.name == plugin.name; });
    if (plugin.kind != PluginKind::provider || !plugin.facts.dev || named) {
      continue;
    }
    Node node = empty_map({});
    Node name;
    name.kind = Node::Kind::scalar;
    name.text = plugin.name;
    node.entries.push_back({"name", {}, name});
    out.push_back(read_provider(node, "providers[" + std::to_string(out.size()) + "]"));
  }
}

// ---- channels

std::vector<Channel> SectionLoader::channels(const Node& root) {
  std::vector<Channel> out;
  const Entry* entry = root.find("channels");
  if (entry != nullptr && entry->value.entries.size() > max_entries) {
    context_.report.error(entry->key_mark, "channels", "more than 256 channels");
    return out;
  }
  if (entry != nullptr && entry->value.kind == Node::Kind::map) {
    const std::string pattern =
        core_schema().at("properties").at("channels").at("propertyNames").at("pattern");
    for (const Entry& channel : entry->value.entries) {
      if (!matches(channel.key, pattern)) {
        context_.report.error(channel.key_mark, join_path("channels", channel.key),
                              "is not a valid name; use lower-case letters, digits, - and _");
        continue;
      }
      channel_accounts(channel.key, channel, out);
    }
  } else if (entry != nullptr && entry->value.kind != Node::Kind::null) {
    context_.report.error(entry->value.mark, "channels", "must be a map, as in `webchat: true`");
  }
  if (context_.dev) {
    add_dev_channels(out);
  }
  return out;
}

void SectionLoader::channel_accounts(const std::string& name, const Entry& entry,
                                     std::vector<Channel>& out) {
  Node node = entry.value;
  const std::string path = "channels." + name;
  if (node.kind == Node::Kind::scalar) {
    const ScalarValue on = read_as(node.text, node.plain, false, {{"type", "boolean"}});
    if (!on.value) {
      context_.report.error(node.mark, path, switch_words(node));
      return;
    }
    const Mark mark = node.mark;
    Node enabled = node;
    node = empty_map(mark);
    node.entries.push_back({"enabled", mark, enabled});
  } else if (node.kind == Node::Kind::null) {
    node = empty_map(entry.key_mark);
  } else if (node.kind != Node::Kind::map) {
    context_.report.error(node.mark, path, "must be a map of settings, or true or false");
    return;
  }
  const Entry* accounts = node.find("accounts");
  if (accounts != nullptr && accounts->value.kind != Node::Kind::map &&
      accounts->value.kind != Node::Kind::null) {
    context_.report.error(accounts->value.mark, path + ".accounts",
                          "must be a map of account ids to their settings");
  }
  if (accounts != nullptr && accounts->value.entries.size() > max_entries) {
    context_.report.error(accounts->key_mark, path + ".accounts", "more than 256 accounts");
    return;
  }
  const bool several = accounts != nullptr && accounts->value.kind == Node::Kind::map &&
                       !accounts->value.entries.empty();
  const std::string plugin = text_of(node, "plugin", name);
  Subject subject{PluginKind::channel, "the channel " + name, path,
                  entry.key_mark,      !is_off(node),         !several};
  const bool named_default = several && accounts->value.find("default") != nullptr;
  Section base = read(subject, plugin, node);
  if (several && !named_default && base.complete) {
    // The section is an account of its own after all: judge it as one.
    subject.require_keys = true;
    base = read(subject, plugin, node);
  }
  if (!several || (!named_default && base.complete)) {
    out.push_back(to_channel(name, "default", plugin, base, subject));
  }
  if (!several) {
    return;
  }
  const std::string pattern = core_section_schema("channel")
                                  .at("properties")
                                  .at("accounts")
                                  .at("propertyNames")
                                  .at("pattern");
  for (const Entry& account : accounts->value.entries) {
    const std::string account_path = join_path(path + ".accounts", account.key);
    if (!matches(account.key, pattern)) {
      context_.report.error(account.key_mark, account_path,
                            "is not a valid account id; use lower-case letters, digits, - and _");
      continue;
    }
    if (account.value.kind != Node::Kind::map && account.value.kind != Node::Kind::null) {
      context_.report.error(account.value.mark, account_path,
                            account.value.kind == Node::Kind::scalar
                                ? "must be a map of settings; leave the value out for an account "
                                  "that adds none, write `enabled: false` below it to turn it off"
                                : "must be a map of settings");
      continue;
    }
    const Node merged = merge_account(node, account.value);
    const Subject one{PluginKind::channel, "the account " + account.key + " of " + subject.words,
                      account_path, account.key_mark, !is_off(merged)};
    const std::string own_plugin = text_of(merged, "plugin", name);
    out.push_back(to_channel(name, account.key, own_plugin, read(one, own_plugin, merged), one));
  }
}

Channel SectionLoader::to_channel(const std::string& name, const std::string& account,
                                  const std::string& plugin, const Section& section,
                                  const Subject& subject) {
  Json value = section.value;
  value.erase("accounts");
  const bool dev_plugin = context_.dev && facts_of(PluginKind::channel, plugin).plugin.dev;
  if (dev_plugin && marks_.count(subject.path + ".dmPolicy") == 0 &&
      marks_.count(subject.path + ".allowFrom") == 0) {
    value["dmPolicy"] = "open";
    value["allowFrom"] = Json::array({"*"});
  }
  Channel out;
  out.name = name;
  out.account = account;
  out.plugin = plugin;
  out.enabled = value.value("enabled", true);
  out.dm_policy = string_at(value, "dmPolicy", out.dm_policy);
  out.allow_from = strings_at(value, "allowFrom");
  out.group_policy = string_at(value, "groupPolicy", out.group_policy);
  out.groups = strings_at(value, "groups");
  out.require_mention = value.value("requireMention", true);
  out.ack_reaction = value.value("ackReaction", out.ack_reaction);
  out.ack_reaction_scope = value.value("ackReactionScope", out.ack_reaction_scope);
  out.send_pictures = value.value("sendPictures", false);
  out.remove_ack_after_reply = value.value("removeAckAfterReply", false);
  out.agent = string_at(value, "agent");
  out.section_json = dump(value);
  out.unusable_reason = section.unusable_reason;
  const bool anyone =
      std::find(out.allow_from.begin(), out.allow_from.end(), "*") != out.allow_from.end();
  if (out.enabled && out.dm_policy == "open" && !anyone) {
    const auto mark = marks_.find(subject.path + ".dmPolicy");
    context_.report.error(mark == marks_.end() ? subject.mark : mark->second,
                          subject.path + ".dmPolicy",
                          "`open` lets anyone write; confirm it with allowFrom: [\"*\"], or choose "
                          "pairing, allowlist or disabled");
  }
  if (out.enabled && !dev_plugin) check_allow_from(out, anyone, subject);
  return out;
}

/// Sound, and not what was meant: nobody may write, or fewer than it looks.
void SectionLoader::check_allow_from(const Channel& channel, bool anyone, const Subject& subject) {
  const auto mark_of = [&](const char* key) {
    const auto mark = marks_.find(subject.path + key);
    return mark == marks_.end() ? subject.mark : mark->second;
  };
  if (anyone && channel.dm_policy != "open") {
    context_.report.warning(mark_of(".allowFrom"), subject.path + ".allowFrom",
                            "\"*\" counts only with `dmPolicy: open`");
  }
  if (channel.dm_policy == "allowlist" && channel.allow_from.empty()) {
    context_.report.warning(mark_of(".dmPolicy"), subject.path + ".dmPolicy",
                            "`allowlist` without allowFrom lets nobody write");
  }
}

void SectionLoader::add_dev_channels(std::vector<Channel>& out) {
  for (const NamedPlugin& plugin : installed_) {
    const bool named = std::any_of(out.begin(), out.end(),
                                   [&](const Channel& c) { return c.name == plugin.name; });
    if (plugin.kind == PluginKind::channel && plugin.facts.dev && !named) {
      channel_accounts(plugin.name, {plugin.name, {}, empty_map({})}, out);
    }
  }
}

// ---- storage

Storage SectionLoader::storage(const Node& root) {
  Storage out;
  const Entry* entry = root.find("storage");
  Node node = empty_map(Mark{1, 1});
  Mark mark{1, 1};
  if (entry != nullptr && entry->value.kind != Node::Kind::null) {
    mark = entry->key_mark;
    node = entry->value;
    if (node.kind != Node::Kind::map) {
      context_.report.error(node.mark, "storage", "must be a map, as in `type: sqlite`");
      return out;
    }
  }
  // The plugin follows from the type, so the type is read first, by the core's schema alone.
  const Json& type_schema = core_section_schema("storage").at("properties").at("type");
  const auto from_environment =
      context_.environment ? context_.environment(type_schema.at("x-env").get<std::string>())
                           : std::nullopt;
  const std::string type_here = text_of(node, "type", out.type);
  out.type = from_environment && !from_environment->empty() ? *from_environment : type_here;
  out.plugin = text_of(node, "plugin", out.type);
  if (const Entry* type = node.find("type"); type != nullptr) {
    mark = type->value.mark;
  }
  refuse_unused(node, out.plugin, out.type != type_here);
  const bool has_path = takes_storage_key(facts_of(PluginKind::storage, out.plugin).schema, "path");
  if (context_.dev && has_path && node.find("path") == nullptr) {
    Node path;
    path.kind = Node::Kind::scalar;
    path.text = "~/.openclaw/dev/sessions.db";
    node.entries.push_back({"path", {}, path});
  }
  const Section section =
      read({PluginKind::storage, "the storage", "storage", mark}, out.plugin, node);
  out.path = string_at(section.value, "path");
  out.url = string_at(section.value, "url");
  out.retention = read_retention(section.value);
  const Retention& retention = out.retention;
  const Entry* written = node.find("retention");
  // A limit that is wrong has its own error.
  const bool named =
      written != nullptr && std::any_of(written->value.entries.begin(),
                                        written->value.entries.end(), [](const Entry& key) {
                                          return key.key == "maxAge" || key.key == "maxSessions" ||
                                                 key.key == "maxBytes";
                                        });
  if (retention.enabled && !named && !retention.max_age_ms && !retention.max_sessions &&
      !retention.max_bytes) {
    const auto at = marks_.find("storage.retention.enabled");
    context_.report.error(at == marks_.end() ? mark : at->second, "storage.retention.enabled",
                          "says that conversations are removed, but not which: add maxAge, "
                          "maxSessions or maxBytes, as in `maxAge: 30d`");
  }
  out.section_json = dump(section.value);
  return out;
}

}  // namespace openclaw::config
