// Reads the channels with their accounts.
#include <algorithm>
#include <cctype>

#include "core/config/core_schema.hpp"
#include "core/config/scalar.hpp"
#include "core/config/section_parts.hpp"
#include "core/config/sections.hpp"

namespace openclaw::config {
namespace {

using Json = nlohmann::json;

std::vector<std::string> strings_at(const Json& section, const char* key) {
  const auto found = section.find(key);
  return found != section.end() ? found->get<std::vector<std::string>>()
                                : std::vector<std::string>();
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

}  // namespace openclaw::config
