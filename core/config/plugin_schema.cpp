#include "core/config/plugin_schema.hpp"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/config/scalar.hpp"

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

bool has_long_string(const Json& value) {
  if (value.is_string()) {
    return value.get_ref<const std::string&>().size() > max_pattern_subject;
  }
  return value.is_structured() && std::any_of(value.begin(), value.end(), has_long_string);
}

/// The schema reader has matched the patterns that stand beside a key's type, with a bound.
Json without_patterns(const Json& schema) {
  Json out = schema;
  if (out.is_object()) {
    if (const auto found = out.find("pattern"); found != out.end() && found->is_string()) {
      out.erase(found);
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

/// valijson's sentence in the words of the other diagnostics.
SchemaViolation to_violation(const valijson::ValidationResults::Error& error) {
  constexpr std::string_view absent = "Missing required property '";
  SchemaViolation out{to_path(error.context), error.description, false};
  if (out.message.compare(0, absent.size(), absent) == 0) {
    const std::size_t end = out.message.find('\'', absent.size());
    out.path +=
        (out.path.empty() ? "" : ".") + out.message.substr(absent.size(), end - absent.size());
    out.message = "is required here, but absent; add it";
    out.absent = true;
  }
  return out;
}

/// "mode is webhook": what in the section makes the schema's `then` apply, as far as the schema
/// names the values itself.
std::string condition_words(const Json& section, const Json& schema) {
  std::string out;
  for (const auto& [key, rule] : member(member(schema, "if"), "properties").items()) {
    const Json words = rule.contains("const") ? Json::array({rule["const"]}) : member(rule, "enum");
    const auto value = section.find(key);
    if (value != section.end() && value->is_string() &&
        std::find(words.begin(), words.end(), *value) != words.end()) {
      out += (out.empty() ? "" : " and ") + key + " is " + value->get<std::string>();
    }
  }
  return out;
}

/// Says why a key is required that is so only under a condition.
void explain(std::vector<SchemaViolation>& violations, const Json& section, const Json& schema) {
  const std::string words = condition_words(section, schema);
  const Json& required = member(member(schema, "then"), "required");
  for (SchemaViolation& violation : violations) {
    if (violation.absent && !words.empty() &&
        std::find(required.begin(), required.end(), violation.path) != required.end()) {
      violation.message = "is required while " + words + ", but absent; add it";
    }
  }
}

/// Whether it only says that a part of the schema failed, which the other violations explain.
bool is_summary(const SchemaViolation& violation) {
  return violation.message.find("if-then-else") != std::string::npos ||
         violation.message.find("Failed to validate against child schema") != std::string::npos ||
         violation.message.find("schema associated with property name") != std::string::npos;
}

void drop_summaries(std::vector<SchemaViolation>& violations) {
  if (!std::all_of(violations.begin(), violations.end(), is_summary)) {
    violations.erase(std::remove_if(violations.begin(), violations.end(), is_summary),
                     violations.end());
  }
}

}  // namespace

std::vector<SchemaViolation> check_plugin_schema(const Json& section, const Json& schema) {
  std::vector<SchemaViolation> out;
  try {
    const Json reduced = has_long_string(section) ? without_patterns(schema) : schema;
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
      out.push_back(to_violation(error));
    }
    drop_summaries(out);
    explain(out, section, schema);
  } catch (const std::exception& problem) {
    out.push_back(
        {"", std::string("the plugin's schema cannot be used: ") + problem.what(), false});
  }
  return out;
}

}  // namespace openclaw::config
