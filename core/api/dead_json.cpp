// What the routes of dead letters read and write, as JSON.
#include "core/api/dead_json.hpp"
#include "core/api/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace openclaw::api {

using nlohmann::json;
using pipeline::DeadId;

namespace {

constexpr std::uint32_t kMostItems = 100;
constexpr std::size_t kMostIds = 500;
constexpr std::size_t kMostText = 4000;

/// The first bytes of valid UTF-8, without a piece of a character at the end.
std::string_view cut(std::string_view text) {
  if (text.size() <= kMostText) return text;
  std::size_t end = kMostText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

json item_json(const pipeline::DeadItem& item, bool with_text, std::int64_t unix_ms) {
  const bool message = item.id.queue == pipeline::Queue::inbox;
  json j = {{"id", to_string(item.id)},
            {"kind", message ? "message" : "reply"},
            {"state", item.unknown ? "unknown" : "dead"},
            {"channel", item.channel},
            {"chat", item.chat},
            {"session", item.session},
            {"since", item.since_ms / 1000},
            {"ageSeconds", std::max<std::int64_t>(0, (unix_ms - item.since_ms) / 1000)},
            {"reason", item.reason}};
  if (message) j["attempts"] = item.attempts;
  if (with_text) {
    const auto text = cut(item.text);
    j["text"] = text;
    j["textCut"] = text.size() < item.text.size();
  }
  return j;
}

}  // namespace

Result<DeadQuery> parse_dead_query(std::string_view query) {
  DeadQuery out;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto one = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = std::min(one.find('='), one.size());
    const auto name = one.substr(0, equals);
    const auto value = one.substr(std::min(equals + 1, one.size()));
    if (name == "after") {
      auto id = pipeline::dead_id_from(value);
      if (id.has_error()) return Error{Errc::invalid, "`after` is " + id.error().message};
      out.after = *id;
    } else if (name == "limit") {
      const auto [stop, error] =
          std::from_chars(value.data(), value.data() + value.size(), out.limit);
      if (error != std::errc{} || stop != value.data() + value.size() || out.limit == 0 ||
          out.limit > kMostItems) {
        return Error{Errc::invalid, "`limit` must be a number from 1 to 100"};
      }
    } else if (name == "text") {
      if (value != "0" && value != "1") return Error{Errc::invalid, "`text` must be 0 or 1"};
      out.text = value == "1";
    } else if (!one.empty()) {
      return Error{Errc::invalid, "the parameters are `after`, `limit` and `text`"};
    }
  }
  return out;
}

Result<std::vector<DeadId>> parse_dead_ids(std::string_view body) {
  const Error wrong{Errc::invalid, "the body must be {\"ids\": [\"m12\", \"r7\", ...]}"};
  const json j = json::parse(body, nullptr, false);
  if (!j.is_object() || !j.contains("ids") || !j["ids"].is_array()) return wrong;
  const json& ids = j["ids"];
  if (ids.size() > kMostIds) return Error{Errc::invalid, "at most 500 ids at once"};
  std::vector<DeadId> out;
  for (const auto& id : ids) {
    if (!id.is_string()) return wrong;
    const auto text = id.get<std::string>();
    auto parsed = pipeline::dead_id_from(text);
    if (parsed.has_error()) {
      return Error{Errc::invalid, "`" + text.substr(0, 40) + "` is " + parsed.error().message};
    }
    out.push_back(*parsed);
  }
  return out;
}

std::string dead_page_json(const pipeline::DeadPage& page, bool with_text, std::int64_t unix_ms) {
  json items = json::array();
  for (const auto& item : page.items) items.push_back(item_json(item, with_text, unix_ms));
  json out = {{"items", std::move(items)}, {"next", nullptr}};
  if (page.next) out["next"] = to_string(*page.next);
  return json_text(out);
}

std::string dead_outcomes_json(const std::vector<pipeline::DeadOutcome>& outcomes) {
  json done = json::array();
  json failed = json::array();
  for (const auto& o : outcomes) {
    json j = {{"id", to_string(o.id)}};
    if (o.failed) {
      j["error"] = o.failed->message;
      failed.push_back(std::move(j));
      continue;
    }
    if (o.now) j["now"] = to_string(*o.now);
    done.push_back(std::move(j));
  }
  return json_text({{"done", std::move(done)}, {"failed", std::move(failed)}});
}

}  // namespace openclaw::api
