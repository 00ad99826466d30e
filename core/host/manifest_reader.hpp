// Takes typed fields out of a manifest's JSON; the first field that is wrong ends the reading.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::host {

using TextRule = bool (*)(std::string_view);

bool is_line(std::string_view text);           ///< 1 to 500 bytes without control characters
bool is_config_key(std::string_view text);     ///< letters, digits, - and _; dots between
bool is_variable_name(std::string_view text);  ///< upper case letters, digits and _
/// Lower case, without scheme or port; "*.example.com" stands for the names below example.com.
bool is_host_name(std::string_view text);
bool is_route_path(std::string_view text);  ///< begins with a slash; a star only as last segment

/// Once a field was refused, every further call returns an empty value and changes nothing.
class FieldReader {
 public:
  FieldReader(const nlohmann::json& object, std::string path, std::optional<std::string>& failure)
      : object_(object), path_(std::move(path)), failure_(failure) {}

  [[nodiscard]] bool has(const std::string& key) const;
  [[nodiscard]] bool is_object(const std::string& key) const;
  // These must be there.
  std::string text(const std::string& key, TextRule rule, std::string_view form);
  std::string choice(const std::string& key, const std::vector<std::string>& allowed);
  std::int64_t integer(const std::string& key, std::int64_t least, std::int64_t most);
  bool boolean(const std::string& key);
  void object(const std::string& key, const std::function<void(FieldReader&)>& read);
  // These may be absent.
  std::string json_object(const std::string& key);
  std::vector<std::string> texts(const std::string& key, std::size_t most, TextRule rule,
                                 std::string_view form);
  std::map<std::string, std::string> text_map(const std::string& key, std::size_t most,
                                              TextRule key_rule, TextRule value_rule,
                                              std::string_view form);
  void objects(const std::string& key, std::size_t most,
               const std::function<void(FieldReader&)>& read);

  void allow_only(const std::set<std::string>& keys);
  void refuse(const std::string& key, std::string_view why);

 private:
  const nlohmann::json* find(const std::string& key) const;
  const nlohmann::json* require(const std::string& key);
  void must_be(const std::string& key, std::string_view form);

  const nlohmann::json& object_;
  std::string path_;  ///< "" or "text."
  std::optional<std::string>& failure_;
};

/// Parses `json` and has `read` take its fields. What was wrong, as a phrase that follows "its
/// manifest"; nothing when all was well.
std::optional<std::string> read_json_object(std::string_view json,
                                            const std::function<void(FieldReader&)>& read);

}  // namespace openclaw::host
