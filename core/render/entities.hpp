// Reads HTML's character references, which Markdown allows.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::render {

/// "&amp;" as "&", "&#39;" as "'". A name that is not among the common ones stays as it is written.
std::string decoded_entity(std::string_view entity);

}  // namespace openclaw::render
