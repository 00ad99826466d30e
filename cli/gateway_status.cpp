// openclaw gateway status: the health of the gateway that runs for this user.
#include "cli/gateway_status.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/local_gateway.hpp"
#include "cli/terminal_text.hpp"

namespace openclaw::cli {

using nlohmann::json;

namespace {

void print_part(const std::string& name, const json& part) {
  std::cout << "  " << name << ": " << part.value("state", "unknown");
  if (part.contains("reason"))
    std::cout << " (" << printable(part["reason"].get<std::string>()) << ")";
  std::cout << "\n";
}

void print_store(const json& health) {
  if (!health.contains("storage")) return;
  const json& storage = health["storage"];
  std::cout << "Store: " << printable(storage.value("type", ""));
  if (health.contains("instance"))
    std::cout << ", as instance " << printable(health.value("instance", ""));
  if (const auto state = storage.value("state", "ok"); state != "ok") {
    std::cout << ": " << state;
    if (const auto reason = storage.value("reason", ""); !reason.empty())
      std::cout << " (" << printable(reason) << ")";
  }
  std::cout << "\n";
}

/// What everyone may read says only that it fails. The key is not shown without need: the gateway
/// locks out who shows a wrong one again and again.
void ask_why_the_store_fails(const daemon::RunInfo& info, bool dev, json& health) {
  if (!health.contains("storage") || health["storage"].value("state", "ok") == "ok") return;
  const auto answer = ask_gateway(info, {dev, {}}, "/api/health", {});
  if (answer.has_error()) {
    health["storage"]["reason"] = answer.error().message;
    return;
  }
  if (answer->status != 200) return;  // the log says it, too
  const json known = json::parse(answer->body, nullptr, false);
  if (known.is_object() && known.contains("storage")) health["storage"] = known["storage"];
}

void print_dead(const json& dead, bool dev) {
  const auto messages = dead.value("messages", 0), unknown = dead.value("unknownReplies", 0),
             replies = dead.value("deadReplies", 0);
  if (messages + unknown + replies == 0) return;
  std::cout << "Dead letters: " << counted(messages, "message") << ", "
            << counted(unknown, "unknown reply") << ", " << counted(replies, "dead reply")
            << "; see `openclaw dead list" << (dev ? " --dev" : "") << "`.\n";
}

}  // namespace

int show_status(bool as_json, bool dev) {
  const auto info = running_gateway(dev);
  if (!info) {
    if (as_json) {
      std::cout << json{{"running", false}}.dump() << "\n";
    } else {
      std::cout << sentence(none_is_running(dev)) << "\n";
    }
    return 3;
  }
  if (info->port == 0) {
    if (as_json) {
      std::cout << json{{"running", true}, {"starting", true}, {"pid", info->pid}}.dump() << "\n";
    } else {
      std::cout << "The gateway with pid " << info->pid << " is starting.\n";
    }
    return 1;
  }
  if (info->draining) {
    if (as_json) {
      std::cout << json{{"running", true}, {"draining", true}, {"pid", info->pid}}.dump() << "\n";
    } else {
      std::cout << "The gateway with pid " << info->pid
                << " is stopping: it takes nothing new, and lets its turns finish.\n";
    }
    return 1;
  }
  const auto answer = ask_health(*info);
  json health = answer.has_error() ? json() : json::parse(answer->body, nullptr, false);
  const bool readable = health.is_object() && answer->status == 200;
  const std::string unreadable =
      answer.has_error() ? answer.error().message
                         : "its health cannot be read: HTTP " + std::to_string(answer->status);
  if (readable) ask_why_the_store_fails(*info, dev, health);
  if (as_json) {
    json out = {{"running", true}, {"pid", info->pid}, {"host", info->host}, {"port", info->port}};
    if (readable) {
      out["health"] = health;
    } else {
      out["error"] = unreadable;
    }
    std::cout << out.dump(-1, ' ', true) << "\n";
    return readable && health.value("status", "") == "ok" ? 0 : 1;
  }
  std::cout << "The gateway runs with pid " << info->pid << " at " << info->shown() << ".\n";
  if (!readable) {
    std::cout << unreadable << "\n";
    return 1;
  }
  std::cout << "Status: " << health.value("status", "unknown") << ", up "
            << health.value("uptime", 0) << " s, version " << health.value("version", "") << "\n";
  print_store(health);
  for (const char* group : {"details", "providers"}) {
    if (!health.contains(group) || health[group].empty()) continue;
    std::cout << (std::string(group) == "details" ? "Channels:\n" : "Providers:\n");
    for (const auto& [name, part] : health[group].items()) print_part(name, part);
  }
  if (health.contains("dead")) print_dead(health["dead"], dev);
  return health.value("status", "") == "ok" ? 0 : 1;
}

}  // namespace openclaw::cli
