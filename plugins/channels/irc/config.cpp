// Reads the channel's section, which the core has checked against the manifest's schema.
#include "config.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::irc {

namespace {

using nlohmann::json;

class Section {
 public:
  Section(std::string prefix, std::string_view text)
      : prefix_(std::move(prefix)), json_(json::parse(text.empty() ? "{}" : text, nullptr, false)) {
    if (!json_.is_object()) {
      throw sdk::Refused(prefix_.substr(0, prefix_.size() - 1) + " must be a mapping");
    }
  }
  [[noreturn]] void refuse(const std::string& key, const std::string& why) const {
    throw sdk::Refused(prefix_ + key + " " + why);
  }
  [[nodiscard]] const json* find(const char* key) const {
    const auto it = json_.find(key);
    return it == json_.end() || it->is_null() ? nullptr : &*it;
  }
  [[nodiscard]] std::string text(const char* key) const {
    const json* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_string()) refuse(key, "must be a string");
    auto found = value->get<std::string>();
    // A line's end inside would be a command of its own.
    if (found.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      refuse(key, "must be one line");
    }
    return found;
  }
  /// One word that may stand in the middle of a command.
  [[nodiscard]] std::string word(const char* key) const {
    auto found = text(key);
    if (found.find(' ') != std::string::npos || (!found.empty() && found.front() == ':')) {
      refuse(key, "must be one word");
    }
    return found;
  }
  [[nodiscard]] std::int64_t number(const char* key, std::int64_t low, std::int64_t high,
                                    std::int64_t otherwise) const {
    const json* value = find(key);
    if (value == nullptr) return otherwise;
    const bool fits = value->is_number_integer() && value->get<std::int64_t>() >= low &&
                      value->get<std::int64_t>() <= high;
    if (!fits) {
      refuse(key, "must be a number from " + std::to_string(low) + " to " + std::to_string(high));
    }
    return value->get<std::int64_t>();
  }

 private:
  std::string prefix_;
  json json_;
};

std::string prefix_of(std::string_view name) {
  const auto slash = name.find('/');
  std::string prefix = "channels." + std::string(name.substr(0, slash)) + ".";
  if (slash != std::string_view::npos) {
    prefix += "accounts." + std::string(name.substr(slash + 1)) + ".";
  }
  return prefix;
}

void read_server(const Section& section, Config& config) {
  constexpr const char* kForm = "must be like ircs://irc.libera.chat:6697, or irc://HOST:PORT";
  const std::string text = section.text("server");
  if (text.empty()) {
    section.refuse("server",
                   "is missing: name the server, like ircs://irc.libera.chat:6697, or set "
                   "the environment variable IRC_SERVER");
  }
  std::string_view rest = text;
  config.encrypted = rest.starts_with("ircs://");
  if (!config.encrypted && !rest.starts_with("irc://")) section.refuse("server", kForm);
  rest.remove_prefix(rest.find("//") + 2);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto host_end = rest.starts_with('[') ? rest.find(']') : rest.find(':');
  const auto colon = rest.find(':', host_end == std::string_view::npos ? rest.size() : host_end);
  const auto host = rest.substr(0, colon);
  std::string_view port = config.encrypted ? "6697" : "6667";
  if (colon != std::string_view::npos) port = rest.substr(colon + 1);
  const bool port_fits = !port.empty() && port.size() <= 5 &&
                         port.find_first_not_of("0123456789") == std::string_view::npos &&
                         std::stoi(std::string(port)) >= 1 && std::stoi(std::string(port)) <= 65535;
  if (host.empty() || host.find_first_of("/?#@\\ $%") != std::string_view::npos || !port_fits) {
    section.refuse("server", kForm);
  }
  config.server = std::string(host) + ":" + std::string(port);
  config.url = (config.encrypted ? "tls://" : "tcp://") + config.server;
}

void read_rooms(const Section& section, Config& config) {
  const json* list = section.find("channels");
  if (list == nullptr) return;
  if (!list->is_array()) section.refuse("channels", "must be a list");
  for (const json& entry : *list) {
    const std::string text = entry.is_string() ? entry.get<std::string>() : std::string{};
    const auto space = text.find(' ');
    RoomConfig room{text.substr(0, space),
                    space == std::string::npos ? std::string{} : text.substr(space + 1)};
    const bool named = room.name.size() > 1 && room.name.size() <= 200 &&
                       std::string_view("#&+!").find(room.name.front()) != std::string_view::npos;
    const bool odd = text.find_first_of(std::string_view(",\r\n\0\a", 5)) != std::string::npos ||
                     room.key.find_first_of(" :") != std::string::npos ||
                     (space != std::string::npos && room.key.empty());
    if (!named || odd) {
      section.refuse("channels",
                     "must hold names like \"#room\", or \"#room key\"; in quotes, "
                     "because YAML takes # for a comment");
    }
    config.rooms.push_back(std::move(room));
  }
}

}  // namespace

Config read_config(std::string_view name, std::string_view config_json) {
  Config config;
  config.key_prefix = prefix_of(name);
  const Section section(config.key_prefix, config_json);
  read_server(section, config);
  config.nick = section.word("nick");
  if (config.nick.empty()) section.refuse("nick", "is missing: the gateway's name on the server");
  if (config.nick.find_first_of("!@#&,:*?$.") != std::string::npos || config.nick.size() > 64 ||
      std::string_view("0123456789-").find(config.nick.front()) != std::string_view::npos) {
    section.refuse("nick", "must begin with a letter, and hold none of !@#&,:*?$.");
  }
  config.username = section.word("username");
  if (config.username.empty()) config.username = "openclaw";
  if (config.username.find_first_of("!@") != std::string::npos || config.username.size() > 32) {
    section.refuse("username", "must be a short word without ! and @");
  }
  config.real_name = section.text("realName");
  if (config.real_name.empty()) config.real_name = "OpenClaw Gateway";
  if (config.real_name.size() > 200) section.refuse("realName", "must have at most 200 bytes");
  read_rooms(section, config);

  config.sasl_user = section.word("saslUser");
  // It is put into a text in which the host replaces ${...}.
  if (config.sasl_user.find("${") != std::string::npos || config.sasl_user.size() > 64) {
    section.refuse("saslUser", "must be the account's name, at most 64 bytes");
  }
  const bool has_password = !section.text("password").empty();
  if (!config.sasl_user.empty() && !has_password) {
    section.refuse("password",
                   "is missing: the password of the account saslUser, or the environment variable "
                   "IRC_PASSWORD");
  }
  config.has_server_password = !section.text("serverPassword").empty();
  if (const json* value = section.find("requireAccount")) {
    if (!value->is_boolean()) section.refuse("requireAccount", "must be true or false");
    config.require_account = value->get<bool>();
  }
  config.burst = static_cast<std::size_t>(section.number("burst", 2, 20, 5));
  config.line_interval_ms = section.number("lineIntervalMs", 100, 10'000, 2'000);
  return config;
}

}  // namespace openclaw::irc
