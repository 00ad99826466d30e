// Several texts in one, each with its length before it: "5:hello,3:foo," (D. J. Bernstein's
// netstrings).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace openclaw::redis {

void add_netstring(std::string& to, std::string_view text);

/// Takes the first off; throws RedisError (server) when there is none.
std::string_view take_netstring(std::string_view& from);

}  // namespace openclaw::redis
