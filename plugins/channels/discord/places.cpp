// Reads channel and thread objects; what has no id or type tells nothing.
#include "places.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"
#include "snowflake.hpp"

namespace openclaw::discord {

namespace {
using nlohmann::json;
/// Announcement, public and private threads.
constexpr bool is_thread(std::int64_t type) {
  return type >= 10 && type <= 12;
}
}  // namespace

void Places::set(const std::string& channel, const std::string& parent) {
  const auto [at, is_new] = parents_.insert_or_assign(channel, parent);
  if (!is_new) return;
  order_.push_back(channel);
  if (order_.size() <= kRemembered) return;
  parents_.erase(order_.front());
  order_.pop_front();
}

std::optional<std::string> Places::parent_of(const std::string& channel) const {
  const auto found = parents_.find(channel);
  if (found == parents_.end()) return std::nullopt;
  return found->second;
}

void Places::learn_channel(const json& channel) {
  if (!channel.is_object() || !channel.contains("type")) return;
  const std::string id = sdk::string_at(channel, "id");
  if (!is_snowflake(id)) return;
  const std::string parent = sdk::string_at(channel, "parent_id");
  set(id,
      is_thread(sdk::integer_at(channel, "type")) && is_snowflake(parent) ? parent : std::string());
}

void Places::learn(std::string_view event, const json& data) {
  if (!data.is_object()) return;
  if (event == "CHANNEL_CREATE" || event == "THREAD_CREATE" || event == "THREAD_UPDATE") {
    learn_channel(data);
  } else if (event == "GUILD_CREATE" || event == "THREAD_LIST_SYNC") {
    for (const char* list : {"channels", "threads"}) {
      const json* channels = sdk::find_array(data, list);
      if (channels == nullptr) continue;
      for (const json& channel : *channels) learn_channel(channel);
    }
  }
}

}  // namespace openclaw::discord
