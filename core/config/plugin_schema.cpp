#include "core/config/plugin_schema.hpp"

#include <exception>
#include <nlohmann/json.hpp>

// valijson's headers shadow and convert freely; they are not ours to change.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

namespace openclaw::config {
namespace {

using Json = nlohmann::json;

/// Patterns and formats are matched by the schema reader, which bounds the matcher's recursion.
Json without_patterns(const Json& schema) {
  Json out = schema;
  if (out.is_object()) {
    for (const char* keyword : {"pattern", "format"}) {
      if (const auto found = out.find(keyword); found != out.end() && found->is_string()) {
        out.erase(found);
      }
    }
  }
  for (Json& part : out) {
    if (part.is_structured()) {
      part = without_patterns(part);
    }
  }
  return out;
}

/// valijson's context: "<root>", "[key]", "[0]".
std::string to_path(const std::vector<std::string>& context) {
  std::string path;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const std::string& part = context[i];
    const std::string inner = part.size() > 2 ? part.substr(1, part.size() - 2) : part;
    if (!inner.empty() && inner.find_first_not_of("0123456789") == inner.npos) {
      path += "[" + inner + "]";
    } else {
      path += (path.empty() ? "" : ".") + inner;
    }
  }
  return path;
}

}  // namespace

std::vector<SchemaViolation> check_plugin_schema(const Json& section, const Json& schema) {
  std::vector<SchemaViolation> out;
  try {
    const Json reduced = without_patterns(schema);
    valijson::Schema compiled;
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(reduced), compiled);
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(compiled, valijson::adapters::NlohmannJsonAdapter(section), &results)) {
      return out;
    }
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      out.push_back({to_path(error.context), error.description});
    }
  } catch (const std::exception& problem) {
    out.push_back({"", std::string("the plugin's schema cannot be used: ") + problem.what()});
  }
  return out;
}

}  // namespace openclaw::config
