// Translates a message's content, text or parts, into Anthropic's content blocks.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace openclaw::anthropic {

/// Appends to the array `blocks`. Texts of nothing but space are left out, as the API refuses them.
/// Returns what is wrong with the content, or empty.
std::string append_content(const nlohmann::json& content, nlohmann::json& blocks);

}  // namespace openclaw::anthropic
