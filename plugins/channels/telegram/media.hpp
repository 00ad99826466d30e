// The files that hang on a message.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "codec.hpp"

namespace openclaw::telegram {

std::vector<Attachment> attachments_of(const nlohmann::json& message);

}  // namespace openclaw::telegram
