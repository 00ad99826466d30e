// Takes the ids and leaves the rest.
#include "openclaw/cpp/provider/model_ids.hpp"

#include "openclaw/cpp/json.hpp"

namespace openclaw::sdk {

std::string model_ids(std::string_view body) {
  const auto parsed = parse_bounded(body);
  if (!parsed.is_object() || !parsed.contains("data") || !parsed["data"].is_array()) return {};
  auto ids = nlohmann::json::array();
  for (const auto& model : parsed["data"]) {
    std::string id = string_at(model, "id");
    if (!id.empty()) ids.push_back(std::move(id));
  }
  return to_text(ids);
}

}  // namespace openclaw::sdk
