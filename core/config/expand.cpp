#include "core/config/expand.hpp"

#include <algorithm>
#include <cctype>

#include "core/config/source.hpp"

namespace openclaw::config {
namespace {

constexpr std::size_t max_value_bytes = 65536;

/// One `name` or `name:-default`, without the braces.
void substitute(std::string_view inside, const Environment& environment, Expansion& out) {
  const std::size_t split = inside.find(":-");
  const std::string_view name = inside.substr(0, split);
  if (!is_variable_name(name)) {
    out.problem =
        "`${` must be followed by a variable's name, as in ${NAME} or ${NAME:-default}; "
        "write $${ for the characters ${";
    return;
  }
  const auto value = environment ? environment(name) : std::nullopt;
  if (value && !value->empty()) {
    if (!is_utf8(*value) || value->size() > max_value_bytes) {
      out.problem = "the value of " + std::string(name) + " is not UTF-8 text of at most 64 KiB";
      return;
    }
    out.text += *value;
  } else if (split != std::string_view::npos) {
    const std::string_view fallback = inside.substr(split + 2);
    if (fallback.find("${") != std::string_view::npos) {
      out.problem = "a ${…} inside the default of another is not supported";
      return;
    }
    out.text += fallback;
  } else if (out.unset.empty()) {
    out.unset = std::string(name);
  }
}

}  // namespace

bool is_variable_name(std::string_view name) {
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
         });
}

Expansion expand(std::string_view text, const Environment& environment) {
  Expansion out;
  while (out.problem.empty()) {
    const std::size_t dollar = text.find("${");
    if (dollar == std::string_view::npos) {
      out.text += text;
      break;
    }
    if (dollar > 0 && text[dollar - 1] == '$') {
      out.text += text.substr(0, dollar - 1);
      out.text += "${";
      text.remove_prefix(dollar + 2);
      continue;
    }
    out.text += text.substr(0, dollar);
    const std::size_t end = text.find('}', dollar);
    out.expanded = true;
    if (end == std::string_view::npos) {
      out.problem = "`${` without its `}`; write $${ for the characters ${";
      break;
    }
    substitute(text.substr(dollar + 2, end - dollar - 2), environment, out);
    text.remove_prefix(end + 1);
    if (out.text.size() > max_value_bytes) {
      out.problem = "longer than 64 KiB once its variables are filled in";
    }
  }
  return out;
}

}  // namespace openclaw::config
