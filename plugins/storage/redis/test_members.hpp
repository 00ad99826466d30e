// What the tests of several gateways on one store have in common.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <vector>

#include "test_server.hpp"

namespace openclaw::redis {

class Members : public ::testing::Test {
 protected:
  void set_gateway(const std::vector<std::string>& words) {
    Args command{"HSET", place_.key("gateway")};
    for (const auto& word : words) command.lent(word);
    server_.run(command);
  }
  std::int64_t now_ms() {
    const Reply time = server_.run(Args{"TIME"});
    return time[0].number() * 1000 + time[1].number() / 1000;
  }
  /// How many scripts have run to their end.
  std::int64_t scripts_run() {
    const std::string info = server_.text(Args{"INFO", "commandstats"});
    const auto number = [&](std::string_view name, std::size_t from) {
      return std::stoll(info.substr(info.find(name, from) + name.size()));
    };
    std::int64_t run = 0;
    for (const char* command : {"cmdstat_eval:", "cmdstat_evalsha:"}) {
      const auto line = info.find(command);
      if (line == std::string::npos) continue;
      run += number("calls=", line) - number("failed_calls=", line);
    }
    return run;
  }
  /// Runs `use` in a process that then ends without a word.
  template <class Use>
  void in_a_process_that_dies(Use use) {
    const pid_t child = ::fork();
    if (child == 0) {
      testing::StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
      ::_exit(use(instance) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }
  /// So many messages that wait, of one gateway that has ended.
  testing::Ids leave_messages(int count, int sessions = 7) {
    auto writer = instance_.writer();
    testing::Ids ids;
    while (count > 0) {
      std::vector<testing::AnyWrite> writes;
      for (int i = 0; i < 100 && count > 0; ++i, --count) {
        writes.push_back(testing::Ingest{.session = "s" + std::to_string(count % sessions)});
      }
      for (const auto& result : writer.apply(writes)) ids.push_back(result.id);
    }
    return ids;
  }
  std::string schema() { return server_.text(Args{"HGET", place_.key("store"), "schema"}); }

  TestServer& server_ = TestServer::shared();
  TestPlace place_;
  testing::StoreInstance instance_{*oc_plugin_entry_1(0)->api, place_.section_json()};
};

}  // namespace openclaw::redis
