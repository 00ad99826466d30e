#include "core/http/routes.hpp"

#include <gtest/gtest.h>

namespace openclaw::http {
namespace {

void add(Routes& routes, const char* method, const char* path) {
  routes.add(method, path, Auth::none, OriginCheck::mutations, [](ResponderPtr) {});
}

std::string found(const Routes& routes, std::string_view method, std::string_view path) {
  const auto match = routes.find(method, path);
  return match.route != nullptr ? match.route->path : "";
}

TEST(Routes, ExactWinsOverTheLongestWildcard) {
  Routes routes;
  add(routes, "GET", "/*");
  add(routes, "GET", "/a/*");
  add(routes, "GET", "/a/b");
  EXPECT_EQ(found(routes, "GET", "/a/b"), "/a/b");
  EXPECT_EQ(found(routes, "GET", "/a/c"), "/a/*");
  EXPECT_EQ(found(routes, "GET", "/a/b/c"), "/a/*");
  EXPECT_EQ(found(routes, "GET", "/a"), "/*");
  EXPECT_EQ(found(routes, "GET", "/"), "/*");
}

TEST(Routes, GetAnswersHead) {
  Routes routes;
  add(routes, "GET", "/a");
  add(routes, "POST", "/b");
  EXPECT_EQ(found(routes, "HEAD", "/a"), "/a");
  EXPECT_EQ(found(routes, "HEAD", "/b"), "");
}

TEST(Routes, TellsAnUnknownPathFromAnUnknownMethod) {
  Routes routes;
  add(routes, "GET", "/a");
  add(routes, "POST", "/a");
  EXPECT_FALSE(routes.find("GET", "/b").path_known);
  const auto match = routes.find("DELETE", "/a");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_TRUE(match.path_known);
  EXPECT_EQ(match.allow, "GET, HEAD, POST");
}

TEST(Routes, AWildcardDoesNotTakeWhatAnExactPathRefuses) {
  Routes routes;
  add(routes, "POST", "/*");
  add(routes, "GET", "/a");
  EXPECT_EQ(routes.find("POST", "/a").route, nullptr);
  EXPECT_EQ(routes.find("POST", "/a").allow, "GET, HEAD");
}

TEST(Routes, RemovedRoutesLiveOnInTheirRequests) {
  Routes routes;
  add(routes, "GET", "/a");
  const auto match = routes.find("GET", "/a");
  EXPECT_TRUE(routes.remove("GET", "/a"));
  EXPECT_FALSE(routes.remove("GET", "/a"));
  EXPECT_EQ(found(routes, "GET", "/a"), "");
  EXPECT_EQ(match.route->path, "/a");
}

TEST(Routes, WebSocketsAreApart) {
  Routes routes;
  routes.add_websocket("/ws", Auth::handler, {}, [](const Request&, std::unique_ptr<WebSocket>) {
    return std::unique_ptr<WebSocketEvents>();
  });
  EXPECT_FALSE(routes.find("GET", "/ws").path_known);
  EXPECT_NE(routes.find_websocket("/ws").route, nullptr);
  EXPECT_EQ(routes.find_websocket("/").route, nullptr);
  EXPECT_TRUE(routes.remove("", "/ws"));
}

}  // namespace
}  // namespace openclaw::http
