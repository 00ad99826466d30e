// Declares the parts of nlohmann/json that json_instances.cpp compiles, so that no other file of
// this repository's development builds compiles them again. It is a part of their precompiled
// headers only.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#ifndef OPENCLAW_JSON_TEMPLATE
#define OPENCLAW_JSON_TEMPLATE extern template
#endif

NLOHMANN_JSON_NAMESPACE_BEGIN
namespace detail {

using TextAdapter = iterator_input_adapter<const char*>;
using StringAdapter = decltype(input_adapter(std::declval<const std::string&>()));

OPENCLAW_JSON_TEMPLATE class lexer<basic_json<>, TextAdapter>;
OPENCLAW_JSON_TEMPLATE class lexer<basic_json<>, StringAdapter>;
OPENCLAW_JSON_TEMPLATE class json_sax_dom_parser<basic_json<>>;
OPENCLAW_JSON_TEMPLATE class json_sax_dom_callback_parser<basic_json<>>;
OPENCLAW_JSON_TEMPLATE class parser<basic_json<>, TextAdapter>;
OPENCLAW_JSON_TEMPLATE class parser<basic_json<>, StringAdapter>;
OPENCLAW_JSON_TEMPLATE class serializer<basic_json<>>;
OPENCLAW_JSON_TEMPLATE class iter_impl<const basic_json<>>;

}  // namespace detail
OPENCLAW_JSON_TEMPLATE class basic_json<>;
NLOHMANN_JSON_NAMESPACE_END
