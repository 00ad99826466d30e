// Reads a part of the YAML tree as JSON, directed and checked by a JSON Schema.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/config/document.hpp"
#include "core/config/expand.hpp"
#include "core/config/load.hpp"
#include "core/config/report.hpp"

namespace openclaw::config {

/// What every reader of one load shares.
struct ReadContext {
  const Environment& environment;
  std::string home;         ///< what `~` stands for
  std::string base_folder;  ///< what a relative path starts from
  bool dev = false;
  Report& report;
  bool secret_in_file = false;  ///< a secret is written out, not taken from a variable
};

/// A key whose value needs a variable that is not set.
struct UnsetVariable {
  std::string key;  ///< the whole path
  std::string variable;
  Mark mark;
  bool written = true;  ///< false: the key is absent, and the variable could have supplied it
  nlohmann::json schema;
};

/// Understands of JSON Schema what has a value's type, range and name in it: type, enum,
/// properties, required, items, minimum, maximum, minLength, maxLength, minItems, pattern, default,
/// local $ref. Other keywords are left to plugin_schema.hpp. Beyond JSON Schema it knows:
///   format: path     `~` is filled in, a relative path made absolute
///   format: plugin   the same when there is a `/` in it
///   x-env: NAME      the variable wins over the file
///   x-secret         better taken from a variable than written out; "password": only a URL's is
///   x-dev-optional   a required key that --dev does without
///   x-unset: absent  an unset variable is a warning, and the key counts as absent
///   x-unset: own     an unset variable is an error, and no default is proposed
///   x-lent           of storage: counts only where the plugin's schema names it, too
///   x-sought-in      the section in which this key is looked for, too, so that a hint leads here
///   x-section        read elsewhere, with a plugin's schema
///   x-strict         an unknown or empty key of this map is an error: without it the other keys
///                    would mean more than was written; an absent map stays absent
class SchemaReader {
 public:
  /// `root` is what a $ref starts from.
  SchemaReader(ReadContext& context, const nlohmann::json& root) : context_(context), root_(root) {}

  bool check_required = true;
  /// Whether the objects that are absent are filled with their keys' defaults as well.
  bool fill_absent_objects = false;
  /// Key of the top map → variable that supplies it when the file does not.
  std::map<std::string, std::string> supplied_by;
  std::string top_path;           ///< the top map's path, for supplied_by
  std::set<std::string> secrets;  ///< paths of secrets, beside those of x-secret

  /// Nothing when the value cannot be used; the reason is reported.
  std::optional<nlohmann::json> read(const Node& node, const nlohmann::json& schema,
                                     const std::string& path);

  std::vector<UnsetVariable> unset;
  std::vector<std::string> missing;   ///< required keys that are absent (paths)
  std::map<std::string, Mark> marks;  ///< path → where its value is written

 private:
  using Json = nlohmann::json;

  const Json& resolve(const Json& schema) const;
  std::optional<Json> read_map(const Node& node, const Json& schema, const std::string& path);
  std::optional<Json> read_list(const Node& node, const Json& schema, const std::string& path);
  std::optional<Json> read_scalar(const Node& node, const Json& schema, const std::string& path);
  void look_at_secret(const Node& node, const Expansion& value, const Json& schema,
                      const std::string& path);
  std::optional<Json> convert(const std::string& text, bool plain, bool expanded,
                              const Json& schema, const Node& node, const std::string& path);
  Node environment_override(const Json& schema) const;
  bool check_value(const Json& value, const Json& schema, const Node& node,
                   const std::string& path);
  /// What the value of `key` must be; nullptr for a key that is not `known`.
  const Json* schema_of(const std::string& key, const Json& schema,
                        const std::vector<std::string>& known) const;
  void unknown_key(const Entry& entry, const std::vector<std::string>& known,
                   const std::string& path, bool strict);
  void fill(Json& out, const std::string& key, const Json& schema, const std::string& path,
            Mark mark);
  void check_required_keys(const Json& out, const Json& schema, const std::string& path, Mark mark);
  void wrong(const Node& node, const std::string& path, std::string message);

  ReadContext& context_;
  const Json& root_;
};

/// Every key that the schema names, in its combinations as well.
std::vector<std::string> known_keys(const nlohmann::json& schema);

/// `~` filled in and relative paths made absolute.
std::string absolute_path(const ReadContext& context, const std::string& path);

std::string join_path(const std::string& path, const std::string& key);

}  // namespace openclaw::config
