#include "core/config/instance_name.hpp"

#include <gtest/gtest.h>

namespace openclaw::config {
namespace {

TEST(InstanceName, LeavesTheDefaultAccountOut) {
  EXPECT_EQ(instance_name("telegram", "default"), "telegram");
  EXPECT_EQ(instance_name("telegram", "work"), "telegram/work");
}

TEST(InstanceName, ReadsBackWhatItWrote) {
  for (const char* account : {"default", "work"}) {
    const InstanceName read = parse_instance_name(instance_name("telegram", account));
    EXPECT_EQ(read.channel, "telegram");
    EXPECT_EQ(read.account, account);
  }
}

}  // namespace
}  // namespace openclaw::config
