// How a preview of an answer in the making is shown in a group.
#pragma once

#include "api.hpp"
#include "openclaw/cpp/channel/previews.hpp"
#include "sender.hpp"

namespace openclaw::telegram {

/// A group may be written to about 20 times a minute; answers need that first, see SendRates.
inline constexpr sdk::Previews::Limits kPreviewLimits{{2'000, 5'000, 5'000}, 2'000, true};

/// All must outlive it. A preview gives way to every send, and holds them where Telegram says 429.
sdk::Previews::Platform preview_platform(sdk::Host& host, Api& api, Sender& sender);

}  // namespace openclaw::telegram
