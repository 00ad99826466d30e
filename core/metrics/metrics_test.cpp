#include "core/metrics/metrics.hpp"

#include <gtest/gtest.h>

namespace openclaw::metrics {
namespace {

TEST(Metrics, CountsRequestsByRouteAndStatusClass) {
  Metrics m("1.2.3");
  m.http_request("GET", "/health", 200, 0.001);
  m.http_request("GET", "/health", 204, 0.001);
  m.http_request("GET", "/health", 500, 0.001);
  const auto text = m.scrape();
  EXPECT_NE(
      text.find(R"(openclaw_http_requests_total{method="GET",route="/health",status="2xx"} 2)"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(openclaw_build_info{version="1.2.3"} 1)"), std::string::npos);
}

TEST(Metrics, WatchedFiguresAreReadAtEachScrape) {
  Metrics m("1");
  double now = 3;
  m.watch(true, "openclaw_store_writes_total", "h", "", "", [&] { return now; });
  EXPECT_NE(m.scrape().find("openclaw_store_writes_total 3"), std::string::npos);
  now = 5;
  EXPECT_NE(m.scrape().find("openclaw_store_writes_total 5"), std::string::npos);
}

TEST(Metrics, APluginsFiguresCarryItsNameAndInstance) {
  Metrics m("1");
  const auto id = m.define(true, "telegram", "telegram/work", "polls", "Completed polls.");
  ASSERT_NE(id, 0U);
  m.add(id, 2);
  m.add(id, -1);  // a counter never falls
  EXPECT_NE(m.scrape().find(R"(openclaw_plugin_telegram_polls_total{instance="telegram/work"} 2)"),
            std::string::npos);
}

TEST(Metrics, RefusesMalformedNamesTooManyAndAKindThatClashes) {
  Metrics m("1");
  EXPECT_EQ(m.define(true, "p", "p", "Bad-Name", ""), 0U);
  EXPECT_EQ(m.define(true, "p", "p", "9x", ""), 0U);
  EXPECT_NE(m.define(false, "p", "p", "depth_total", ""), 0U);
  EXPECT_EQ(m.define(true, "p", "p", "depth", ""), 0U);
  int taken = 1;
  while (m.define(false, "p", "p", "g" + std::to_string(taken), "") != 0) ++taken;
  EXPECT_EQ(taken, 32);
  EXPECT_NE(m.define(false, "p", "p/other", "g1", ""), 0U);
}

}  // namespace
}  // namespace openclaw::metrics
