#include "core/config/core_schema.hpp"

#include <nlohmann/json.hpp>

#include "core_schema_text.hpp"

namespace openclaw::config {

const nlohmann::json& core_schema() {
  static const nlohmann::json schema = nlohmann::json::parse(core_schema_text);
  return schema;
}

const nlohmann::json& core_section_schema(const std::string& name) {
  return core_schema().at("definitions").at(name);
}

}  // namespace openclaw::config
