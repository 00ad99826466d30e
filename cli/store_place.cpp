#include "cli/store_place.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/terminal_text.hpp"
#include "core/archive/record.hpp"
#include "core/config/storage_keys.hpp"

namespace openclaw::cli {

std::string without_secrets(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const auto host = scheme + 3;
  const auto end = std::min(url.find_first_of("?#", host), url.size());
  // These may be a password's as well, which is not for us to tell.
  if (url.find('@', end) != std::string::npos) return url.substr(0, host) + "...";
  // A password that was not escaped may hold a slash.
  const auto at = url.rfind('@', end);
  const bool user = at != std::string::npos && at >= host;
  return url.substr(0, host) + url.substr(user ? at + 1 : host, end - (user ? at + 1 : host));
}

namespace {

/// Of what may hold a password.
std::string digest_of(const std::string& text) {
  archive::Tally sum;
  sum.add(archive::Kind::value, text);
  return sum.checksum().substr(0, 16);
}

std::optional<StorePlace> opened(const config::Loaded& loaded, const Surroundings& where) {
  for (const auto& finding : loaded.diagnostics) std::cerr << finding.to_string() << "\n";
  if (!loaded.config) return std::nullopt;
  const config::Storage& storage = loaded.config->storage;
  StorePlace out;
  out.type = storage.type;
  out.name = storage.url.empty() ? storage.type + ":" + storage.path : without_secrets(storage.url);
  nlohmann::json section = nlohmann::json::parse(storage.section_json, nullptr, false);
  if (section.is_object()) section.erase("retention");
  out.identity = out.name + " (" + digest_of(section.dump()) + ")";
  out.store = std::make_unique<daemon::OfflineStore>(*loaded.config, where.executable);
  return out;
}

/// The engine itself, or the one that takes such URLs: redis for rediss://.
std::string type_of(const std::string& place, const std::string& scheme,
                    const config::LoadOptions& options) {
  const auto takers = config::storage_plugins_of_form(options.list_plugins({}), "url", place);
  const bool itself = std::find(takers.begin(), takers.end(), scheme) != takers.end();
  return takers.empty() || itself ? scheme : takers.front();
}

}  // namespace

std::optional<StorePlace> configured_store(const std::string& path, bool dev) {
  const Surroundings where = surroundings();
  return opened(config::load_storage(load_options(path, dev, where)), where);
}

std::optional<StorePlace> named_store(const std::string& place) {
  if (place.ends_with(".yaml") || place.ends_with(".yml")) return configured_store(place, false);
  const auto colon = place.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == place.size()) {
    std::cerr << "error: a store is written as TYPE:PATH, as a URL or as a configuration's file, "
                 "as in TYPE:/var/lib/openclaw/sessions.db, TYPE://user:${PASSWORD}@host/name or "
                 "other.yaml, not as "
              << printable(place) << "\n";
    return std::nullopt;
  }
  const std::string rest = place.substr(colon + 1);
  const Surroundings where = surroundings();
  config::LoadOptions options = load_options(printable(without_secrets(place)), false, where);
  nlohmann::json storage = {{"type", type_of(place, place.substr(0, colon), options)}};
  if (rest.starts_with("//")) {
    storage["url"] = place;
  } else {
    const bool is_url = rest.find("://") != std::string::npos;
    const bool from_here = !is_url && rest[0] != '/' && rest[0] != '~' && rest[0] != '$';
    storage[is_url ? "url" : "path"] = from_here ? std::filesystem::absolute(rest).string() : rest;
  }
  // JSON is YAML.
  options.text = nlohmann::json{{"storage", storage}}.dump(
      -1, ' ', false, nlohmann::json::error_handler_t::replace);
  // Those that stand in for the configuration's keys mean the configured store.
  options.env = [env = options.env](std::string_view name) -> std::optional<std::string> {
    if (name.starts_with("OPENCLAW_STORAGE")) return std::nullopt;
    return env(name);
  };
  return opened(config::load_storage(options), where);
}

}  // namespace openclaw::cli
