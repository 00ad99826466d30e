// Reads the channel's section, which the core has checked against the manifest's schema.
#include "config.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/channel/section.hpp"

namespace openclaw::irc {

namespace {

using nlohmann::json;

class Section : public sdk::ChannelSection {
 public:
  using ChannelSection::ChannelSection;
  /// A line's end inside would be a command of its own.
  [[nodiscard]] std::string line(const char* key) const {
    auto found = text(key);
    if (found.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      refuse(key, "must be one line");
    }
    return found;
  }
  /// One word that may stand in the middle of a command.
  [[nodiscard]] std::string word(const char* key) const {
    auto found = line(key);
    if (found.find(' ') != std::string::npos || (!found.empty() && found.front() == ':')) {
      refuse(key, "must be one word");
    }
    return found;
  }
};

void read_server(const Section& section, Config& config) {
  constexpr const char* kForm = "must be like ircs://irc.libera.chat:6697, or irc://HOST:PORT";
  const std::string text = section.line("server");
  section.require("server",
                  "name the server, like ircs://irc.libera.chat:6697, or set the environment "
                  "variable IRC_SERVER");
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
  const Section section(name, config_json);
  Config config;
  config.key_prefix = section.prefix();
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
  config.real_name = section.line("realName");
  if (config.real_name.empty()) config.real_name = "OpenClaw Gateway";
  if (config.real_name.size() > 200) section.refuse("realName", "must have at most 200 bytes");
  read_rooms(section, config);

  config.sasl_user = section.word("saslUser");
  // It is put into a text in which the host replaces ${...}.
  if (config.sasl_user.find("${") != std::string::npos || config.sasl_user.size() > 64) {
    section.refuse("saslUser", "must be the account's name, at most 64 bytes");
  }
  const bool has_password = !section.line("password").empty();
  if (!config.sasl_user.empty() && !has_password) {
    section.refuse("password",
                   "is missing: the password of the account saslUser, or the environment variable "
                   "IRC_PASSWORD");
  }
  config.has_server_password = !section.line("serverPassword").empty();
  config.require_account = section.flag("requireAccount", config.require_account);
  config.burst = static_cast<std::size_t>(section.number("burst", 2, 20, 5));
  config.line_interval_ms = section.number("lineIntervalMs", 100, 10'000, 2'000);
  return config;
}

}  // namespace openclaw::irc
