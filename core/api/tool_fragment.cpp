// One fragment of a tool call, as a provider emits it.
#include "core/api/tool_fragment.hpp"

#include <nlohmann/json.hpp>

namespace openclaw::api {

std::optional<ToolFragment> ToolFragment::parse(std::string_view fragment) {
  const auto call = nlohmann::json::parse(fragment, nullptr, false);
  if (!call.is_object()) return std::nullopt;
  const auto text = [&](const char* key) -> std::optional<std::string> {
    const auto it = call.find(key);
    if (it == call.end() || !it->is_string()) return std::nullopt;
    return it->get<std::string>();
  };
  ToolFragment out{0, text("id"), text("name"), text("arguments")};
  const auto index = call.find("index");
  if (index != call.end() && index->is_number_integer()) out.index = index->get<int>();
  return out;
}

}  // namespace openclaw::api
