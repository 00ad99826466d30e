// How a preview of an answer in the making is shown on Discord.
#pragma once

#include "api.hpp"
#include "openclaw/cpp/channel/previews.hpp"

namespace openclaw::discord {

inline constexpr sdk::Previews::Limits kPreviewLimits{{}, 1'900, true};

/// Both must outlive it.
sdk::Previews::Platform preview_platform(Api& api, sdk::Host& host);

/// An interaction shows by itself that it is being answered.
bool may_preview(const oc_partial& partial);

}  // namespace openclaw::discord
