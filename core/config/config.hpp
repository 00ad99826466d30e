// What gateway.yaml says, checked and with every default filled in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace openclaw::config {

struct Cors {
  bool enabled = true;
  std::vector<std::string> origins{"*"};
};

struct Server {
  std::string host = "0.0.0.0";
  std::uint16_t port = 3000;
  std::string log_level = "info";   ///< debug | info | warn | error
  std::string log_format = "text";  ///< text | json
  Cors cors;
  std::vector<std::string> allowed_hosts;    ///< extra names accepted in Host (DNS names, no port)
  std::vector<std::string> trusted_proxies;  ///< addresses whose X-Forwarded-For is believed
  std::uint32_t drain_seconds = 30;          ///< SIGTERM: how long running turns may take
};

struct Auth {
  std::string api_key;       ///< required unless --dev
  std::string bearer_token;  ///< empty = not accepted
};

struct Timeouts {  ///< seconds
  std::uint32_t connect = 10;
  std::uint32_t first_token = 120;
  std::uint32_t idle = 60;
  std::uint32_t total = 600;
};

struct Provider {
  std::string name;
  std::string plugin;  ///< a plugin's name, or a path to a .so; default: name
  std::string model;
  bool names_model = false;  ///< its plugin's schema has a key `model`: it asks for one by name
  Timeouts timeouts;
  std::string section_json;     ///< the whole section, defaults filled in, for the plugin
  std::string unusable_reason;  ///< not empty: do not load it, show it as failed with this reason
};

/// One account of a channel; the section itself is the account "default".
struct Channel {
  std::string name;     ///< "telegram"
  std::string account;  ///< "default"
  std::string plugin;   ///< a plugin's name, or a path to a .so; default: name
  bool enabled = true;
  std::string dm_policy = "pairing";       ///< pairing | allowlist | open | disabled
  std::vector<std::string> allow_from;     ///< platform ids; "*" = anyone
  std::string group_policy = "allowlist";  ///< allowlist | open | disabled
  std::vector<std::string> groups;         ///< group ids; "*" = any
  bool require_mention = true;
  std::string ack_reaction = "👀";            ///< empty = none
  std::string ack_reaction_scope = "group";  ///< group | direct | all
  bool remove_ack_after_reply = false;
  bool send_pictures = false;   ///< of answers, as pictures; else as links
  std::string agent;            ///< empty = the default agent
  std::string section_json;     ///< this account's merged section, for the plugin
  std::string unusable_reason;  ///< not empty: do not load it, show it as failed with this reason
};

/// Which conversations are removed by themselves; none without a limit.
struct Retention {
  bool enabled = false;
  std::optional<std::int64_t> max_age_ms;
  std::optional<std::uint64_t> max_sessions, max_bytes;
};

struct Storage {
  std::string type = "sqlite";  ///< also the plugin's name
  std::string plugin;           ///< default: type
  std::string path;             ///< absolute, `~` expanded
  std::string url;
  Retention retention;
  std::string section_json;
};

/// This gateway among several that share a store.
struct Gateway {
  std::string instance;  ///< its name; empty = it has the store to itself
  std::uint32_t lease_seconds = 10;
};

struct Monitoring {
  bool health_check = true;
  std::uint16_t metrics_port = 9090;  ///< 0 = any free port
  std::string metrics_host = "127.0.0.1";
  bool metrics_port_moves = false;  ///< --dev, port not configured: any free one when it is taken
};

struct Plugins {
  std::vector<std::string> directories;  ///< searched before the build's or the installed one
  std::vector<std::string> load;         ///< extra files
};

struct Agent {
  std::string id = "main";
  std::string provider;                ///< a provider's name; empty = the first in the list
  std::string model;                   ///< empty = the provider's
  std::string instructions;            ///< the system prompt
  std::vector<std::string> fallbacks;  ///< provider names, in order; absent = the other providers
  bool default_fallbacks = true;
  std::uint32_t timeout_seconds = 600;
  std::uint32_t history_messages = 50;
  std::uint32_t history_bytes = 262144;
  std::uint32_t media_max_mb = 10;  ///< of attachments that one turn reads; 0 = none
};

/// Sends what matches every given field to `agent`; an empty field matches anything.
struct Binding {
  std::string agent;
  std::string channel, account;
  std::string peer_kind;     ///< direct | group | channel
  std::string peer, thread;  ///< platform ids; peer "*" = any
  std::string guild, team;
  std::vector<std::string> roles;  ///< one of them is enough; only with guild
};

struct Session {
  std::string dm_scope = "per-channel-peer";
  std::map<std::string, std::string> identity_links;  ///< "channel:id" → person
};

struct Queue {
  std::string mode = "collect";  ///< collect | followup | interrupt
  std::uint32_t debounce_ms = 500;
  std::uint32_t cap = 20;                  ///< waiting messages per session
  std::string drop = "summarize";          ///< summarize | old | new
  std::uint32_t concurrency = 0;           ///< turns at once; 0 = min(16, max(8, cpus))
  std::uint32_t max_attempts = 3;          ///< then the message is dead-lettered
  std::uint32_t sender_per_minute = 30;    ///< messages a sender may send in a minute; 0 = no limit
  std::uint32_t reply_ttl_seconds = 3600;  ///< an undelivered reply expires after this
  std::string resend_unknown = "hold";     ///< hold | resend: replies whose fate is not known
};

struct Config {
  std::string file;  ///< where it came from; empty for --dev without a file
  bool dev = false;
  Server server;
  Auth auth;
  std::vector<Provider> providers;
  std::vector<Channel> channels;
  Storage storage;
  Gateway gateway;
  Monitoring monitoring;
  Plugins plugins;
  std::vector<Agent> agents{Agent{}};  ///< never empty; the first is the default
  std::vector<Binding> bindings;
  Session session;
  Queue queue;
};

}  // namespace openclaw::config
