// The scripts that the server runs for us: the embedded texts of scripts/*.lua.
#pragma once

#include <string>

namespace openclaw::redis {

struct Script {
  /// `body` without keys.lua, which each begins with.
  explicit Script(const char* body);
  std::string text, sha1;
};

// Each made when it is first asked for.
const Script& apply_script();
const Script& apply_as_member_script();
const Script& build_script();
const Script& collect_script();
const Script& collected_script();
const Script& entries_script();
const Script& events_script();
const Script& history_script();
const Script& join_script();
const Script& leave_script();
const Script& look_script();
const Script& members_script();
const Script& namespaces_script();
const Script& open_script();
const Script& probe_script();
const Script& queue_script();
const Script& release_script();
const Script& renew_script();
const Script& sessions_script();
const Script& settle_script();
const Script& stats_script();
const Script& value_script();
const Script& values_script();

}  // namespace openclaw::redis
