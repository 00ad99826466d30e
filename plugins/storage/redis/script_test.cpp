#include "script.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace openclaw::redis {
namespace {

TEST(Script, TheProbeTriesEveryCommandThatAnyScriptRuns) {
  const std::regex command(R"((?:call|refused)\('([A-Z]+)')");
  std::set<std::string> commands;
  for (const Script* script : {&apply_script(),      &apply_as_member_script(),
                               &build_script(),      &collect_script(),
                               &collected_script(),  &entries_script(),
                               &events_script(),     &history_script(),
                               &join_script(),       &leave_script(),
                               &look_script(),       &members_script(),
                               &namespaces_script(), &open_script(),
                               &queue_script(),      &release_script(),
                               &renew_script(),      &sessions_script(),
                               &settle_script(),     &stats_script(),
                               &value_script(),      &values_script()}) {
    for (std::sregex_iterator at(script->text.begin(), script->text.end(), command), end; at != end;
         ++at) {
      commands.insert((*at)[1]);
    }
  }
  EXPECT_GT(commands.size(), 15u);
  EXPECT_EQ(commands.erase("PUBLISH"), 1u) << "without that right waiting is only less prompt";
  for (const auto& name : commands) {
    EXPECT_NE(probe_script().text.find("{'" + name + "'"), std::string::npos) << name;
  }
}

TEST(Script, EachBeginsWithTheKeys) {
  const Script keys("");
  EXPECT_EQ(apply_script().text.find(keys.text), 0u);
  EXPECT_NE(apply_script().sha1, keys.sha1);
}

}  // namespace
}  // namespace openclaw::redis
