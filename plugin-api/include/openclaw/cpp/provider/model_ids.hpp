// Reads a list of models, {"data":[{"id":"..."}]}, as OpenAI and Anthropic send it.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::sdk {

/// The ids as the JSON array that oc_provider.models completes with; empty when `body` is no list.
std::string model_ids(std::string_view body);

}  // namespace openclaw::sdk
