#include "core/daemon/descriptors.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace openclaw::daemon {
namespace {

TEST(Descriptors, ConnectionsAreBoundedWhereThereArePlenty) {
  const DescriptorShare share = share_descriptors(65536, 60);
  EXPECT_EQ(share.connections, 10000U);
  EXPECT_EQ(share.metrics_connections, 64U);
}

TEST(Descriptors, EveryConnectionLeavesRoomForTheOneToAProvider) {
  for (std::size_t limit = 64; limit < 100000; limit += 7) {
    const std::size_t in_use = 50;
    const DescriptorShare share = share_descriptors(limit, in_use);
    ASSERT_LE(share.connections * 2 + share.metrics_connections, limit - in_use) << limit;
    ASSERT_GE(share.connections, 1U);
  }
}

TEST(Descriptors, OneIsTakenEvenWhereNoneIsFree) {
  EXPECT_EQ(share_descriptors(64, 100).connections, 1U);
}

TEST(Descriptors, CountsWhatIsOpen) {
  const std::size_t before = open_descriptors();
  const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(open_descriptors(), before + 1);
  ::close(fd);
}

}  // namespace
}  // namespace openclaw::daemon
