// openclaw dead list | retry | drop: messages that were given up, replies that did not arrive.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/gateway_api.hpp"
#include "cli/terminal_text.hpp"

namespace openclaw::cli {

namespace {

using nlohmann::json;
using Ids = std::vector<std::string>;

constexpr std::size_t kPage = 100;    // as many as the API gives at once
constexpr std::size_t kAtOnce = 100;  // ids in one request, so that it ends well within 10 s

struct DeadOptions {
  std::string after;
  std::size_t limit = 50;
  Ids ids;
  bool all = false, json = false, text = false;
  Target target;
};

/// Up to `limit` items behind `after`, page by page; `after` becomes where the next ones begin, or
/// empty at the end. Nothing after an error was said.
std::optional<json> fetch(const Target& target, bool text, std::string& after, std::size_t limit) {
  json items = json::array();
  do {
    std::string path = "/api/dead?limit=" + std::to_string(std::min(kPage, limit - items.size()));
    if (!after.empty()) path += "&after=" + after;
    if (text) path += "&text=1";
    const auto said = ask_api(target, path, json());
    if (!said) return std::nullopt;
    const json page = said->value("items", json::array());
    items.insert(items.end(), page.begin(), page.end());
    const json next = said->value("next", json());
    after = next.is_string() ? next.get<std::string>() : std::string{};
  } while (!after.empty() && items.size() < limit);
  return std::optional<json>(std::move(items));
}

void print_item(const json& item) {
  std::cout << printable(item.value("id", "")) << "  " << item.value("state", "") << " "
            << item.value("kind", "") << ", " << printable(item.value("channel", ""));
  // A request to the HTTP API came from no chat.
  if (const auto chat = item.value("chat", ""); !chat.empty())
    std::cout << " chat " << printable(chat);
  std::cout << ", " << duration(item.value("ageSeconds", 0)) << " ago\n    "
            << printable(item.value("session", "")) << "\n    "
            << printable(item.value("reason", "")) << "\n";
  if (item.contains("text")) {
    std::cout << "    \"" << printable(item.value("text", ""))
              << (item.value("textCut", false) ? "\" ...\n" : "\"\n");
  }
}

int list(const DeadOptions& o) {
  std::string after = o.after;
  const auto items = fetch(o.target, o.text, after, o.limit);
  if (!items) return 1;
  if (o.json) {
    const json next = after.empty() ? json() : json(after);
    std::cout << json{{"items", *items}, {"next", next}}.dump(2, ' ', true) << "\n";
    return 0;
  }
  if (items->empty()) std::cout << "There are no dead letters.\n";
  for (const auto& item : *items) print_item(item);
  if (!after.empty()) std::cout << "More follow: openclaw dead list --after " << after << "\n";
  return 0;
}

/// Every id that is there now: what dies meanwhile is not among them.
std::optional<Ids> all_ids(const Target& target) {
  Ids ids;
  std::string after;
  do {
    const auto items = fetch(target, false, after, kPage);
    if (!items) return std::nullopt;
    for (const auto& item : *items) ids.push_back(item.value("id", ""));
  } while (!after.empty());
  return ids;
}

int resolve(const DeadOptions& o, const std::string& action, const char* past) {
  if (o.all == !o.ids.empty()) {
    std::cerr << (o.all ? "error: name ids or say --all, not both\n"
                        : "error: name the ids that `openclaw dead list` shows, or say --all\n");
    return 2;
  }
  const auto ids = o.all ? all_ids(o.target) : std::optional<Ids>(o.ids);
  if (!ids) return 1;
  std::size_t done = 0;
  bool failed = false;
  for (std::size_t from = 0; from < ids->size(); from += kAtOnce) {
    json some = json::array();
    for (std::size_t i = from; i < std::min(ids->size(), from + kAtOnce); ++i) {
      some.push_back((*ids)[i]);
    }
    const auto said = ask_api(o.target, "/api/dead/" + action, json{{"ids", some}});
    if (!said) {
      failed = true;
      break;
    }
    for (const auto& one : said->value("done", json::array())) {
      ++done;
      if (o.all) continue;
      std::cout << past << " " << printable(one.value("id", ""));
      if (one.contains("now"))
        std::cout << ", which is " << printable(one.value("now", "")) << " now";
      std::cout << ".\n";
    }
    for (const auto& one : said->value("failed", json::array())) {
      failed = true;
      std::cerr << "error: " << printable(one.value("id", "")) << ": "
                << printable(one.value("error", "")) << "\n";
    }
  }
  if (o.all) std::cout << past << " " << done << ".\n";
  return failed ? 1 : 0;
}

}  // namespace

void add_dead_commands(CLI::App& app, int& status) {
  const auto o = std::make_shared<DeadOptions>();  // shared by the commands' callbacks
  auto* dead = app.add_subcommand("dead", "Messages given up, replies unknown or dead");
  dead->require_subcommand(1);
  add_target(*dead, o->target);  // before the verb, and behind it

  auto* show = dead->add_subcommand("list", "List them, messages before replies, oldest first");
  show->add_option("--limit", o->limit, "At most so many [50]")->check(CLI::Range(1, 1000000));
  show->add_option("--after", o->after, "Begin behind this id");
  show->add_flag("--text", o->text, "Show what was said, too");
  show->add_flag("--json", o->json, "Print JSON");
  add_target(*show, o->target);
  show->callback([o, &status] { status = list(*o); });

  const auto add = [&](const char* action, const char* what, const char* past) {
    auto* command = dead->add_subcommand(action, what);
    command->add_option("ids", o->ids, "Ids, as list shows them");
    command->add_flag("--all", o->all, "All that are there");
    add_target(*command, o->target);
    command->callback([o, &status, action, past] { status = resolve(*o, action, past); });
  };
  add("retry", "Answer these messages, send these replies again", "Retried");
  add("drop", "Forget them for good", "Dropped");
}

}  // namespace openclaw::cli
