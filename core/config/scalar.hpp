// Reads one value's text as the type that a schema asks for.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace openclaw::config {

/// Texts longer than this are matched against no pattern: libstdc++'s regex recurses for every
/// character.
inline constexpr std::size_t max_pattern_subject = 1024;

struct ScalarValue {
  std::optional<nlohmann::json> value;
  std::string problem;  ///< with a value: a warning; without: what to add to "must be …"
};

/// `plain`: written without quotes. `expanded`: it came from a variable, so quotes say nothing.
///
/// A string takes any text but an unquoted true or false, so that ids may be written as numbers.
/// A number or boolean in quotes is taken, with a warning. yes, no, on and off are no booleans.
ScalarValue read_as(const std::string& text, bool plain, bool expanded,
                    const nlohmann::json& schema);

/// "one of a, b or c", "a number from 0 to 65535": what a schema asks for, in words.
std::string describe(const nlohmann::json& schema);

/// Whether the schema lets a value be of this type; one without `type` allows all.
bool allows(const nlohmann::json& schema, const std::string& type);

/// What is wrong with a value of the right type (enum, range, length, pattern), else "". The
/// sentence never quotes the value, which may be a secret.
std::string broken_rule(const nlohmann::json& value, const nlohmann::json& schema);

/// Whether the text matches; texts over 1024 bytes never do, since the matcher's stack grows with
/// them. A pattern that is itself broken matches everything.
bool matches(const std::string& text, const std::string& pattern);

/// A member that is itself a schema or keyword, or an empty object.
const nlohmann::json& member(const nlohmann::json& schema, const char* name);

}  // namespace openclaw::config
