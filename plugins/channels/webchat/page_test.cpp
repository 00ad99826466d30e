#include "page.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace openclaw::webchat {
namespace {

std::string header(const PageResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(Page, ServesEveryFileWithItsType) {
  const Page page("/chat");
  EXPECT_EQ(header(page.get("/chat", {}), "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(header(page.get("/chat/app.js", {}), "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header(page.get("/chat/style.css", {}), "Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(header(page.get("/chat/icon.svg", {}), "Content-Type"), "image/svg+xml");
  EXPECT_EQ(page.get("/chat/none.js", {}).status, 404U);
}

TEST(Page, ASlashTooManyLeadsToThePage) {
  for (const auto& [base, location] : {std::pair{"/chat", "../chat"}, {"/chat/work", "../work"}}) {
    const Page page(base);
    const auto response = page.get(std::string(base) + "/", {});
    EXPECT_EQ(response.status, 308U);
    EXPECT_EQ(header(response, "Location"), location);
    const auto paths = page.paths();
    EXPECT_NE(std::find(paths.begin(), paths.end(), std::string(base) + "/"), paths.end());
  }
}

TEST(Page, AllowsNothingFromElsewhereAndNoInlineScript) {
  const Page page("/chat");
  for (const auto& path : page.paths()) {
    if (path == "/chat/") continue;
    const auto policy = header(page.get(path, {}), "Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos) << path;
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << path;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << path;
    EXPECT_EQ(header(page.get(path, {}), "X-Content-Type-Options"), "nosniff") << path;
  }
}

TEST(Page, OnlyNamedOriginsMayFrameItAndOnlyTheWidgetIsForOtherPages) {
  const Page page("/chat", {"https://a.example", "http://[::1]:8080"});
  for (const auto& path : page.paths()) {
    if (path == "/chat/") continue;
    const auto response = page.get(path, {});
    EXPECT_TRUE(header(response, "Content-Security-Policy")
                    .ends_with("; frame-ancestors 'self' https://a.example"))
        << path;
    EXPECT_EQ(header(response, "Cross-Origin-Resource-Policy"),
              path == "/chat/widget.js" ? "cross-origin" : "same-origin")
        << path;
  }
  EXPECT_EQ(page.get("/chat/widget.js", {}).status, 200U);
}

TEST(Page, ShowsPicturesOfNamedOriginsOnly) {
  const Page none("/chat");
  EXPECT_NE(header(none.get("/chat", {}), "Content-Security-Policy")
                .find("; img-src 'self' data: blob:; "),
            std::string::npos);
  EXPECT_NE(none.get("/chat", {}).body.find("name=\"image-origins\" content=\"\""),
            std::string::npos);
  const Page two("/chat", {}, {"https://a.example", "https://b.example:8443"});
  EXPECT_NE(header(two.get("/chat", {}), "Content-Security-Policy")
                .find("; img-src 'self' data: blob: https://a.example https://b.example:8443; "),
            std::string::npos);
  EXPECT_NE(two.get("/chat", {}).body.find("content=\"https://a.example https://b.example:8443\""),
            std::string::npos);
}

TEST(Page, TheMarkupNeedsNoInlineScriptOrStyle) {
  const auto html = Page("/chat").get("/chat", {}).body;
  EXPECT_EQ(html.find("<style"), std::string::npos);
  EXPECT_EQ(html.find(" style="), std::string::npos);
  EXPECT_EQ(html.find(" onclick="), std::string::npos);
  EXPECT_EQ(html.find("<script>"), std::string::npos);
}

TEST(Page, NoScriptTurnsTextIntoMarkup) {
  const Page page("/chat");
  for (const auto& path : page.paths()) {
    if (!path.ends_with(".js")) continue;
    const auto script = page.get(path, {}).body;
    for (const char* name : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
                             "DOMParser", "eval(", "new Function"}) {
      // What the gateway wrote as HTML is parsed apart from the page, and built anew by a list.
      if (path.ends_with("/html.js") && name == std::string_view("DOMParser")) continue;
      EXPECT_EQ(script.find(name), std::string::npos) << path << " uses " << name;
    }
  }
}

TEST(Page, EveryFileTheMarkupNamesIsServed) {
  const Page page("/chat");
  const auto html = page.get("/chat", {}).body;
  EXPECT_EQ(html.find("@BASE@"), std::string::npos);
  std::size_t named = 0;
  for (const std::string mark : {"src=\"/chat/", "href=\"/chat/"}) {
    for (auto at = html.find(mark); at != std::string::npos; at = html.find(mark, at + 1)) {
      const auto from = html.find('/', at);
      const auto path = html.substr(from, html.find('"', from) - from);
      EXPECT_EQ(page.get(path, {}).status, 200U) << path;
      ++named;
    }
  }
  EXPECT_GE(named, 4U);
}

TEST(Page, AnswersWithoutABodyWhenTheBrowserHasTheFile) {
  const Page page("/chat");
  const auto tag = header(page.get("/chat/app.js", {}), "ETag");
  ASSERT_EQ(tag.size(), 18U);
  for (const std::string& list : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
    const auto response = page.get("/chat/app.js", list);
    EXPECT_EQ(response.status, 304U) << list;
    EXPECT_TRUE(response.body.empty());
    EXPECT_EQ(header(response, "ETag"), tag);
  }
  EXPECT_EQ(page.get("/chat/app.js", "\"x\"").status, 200U);
  EXPECT_EQ(page.get("/chat/style.css", tag).status, 200U);
}

TEST(Page, WhatIsKeptCompressedGoesOnlyToWhomCanReadIt) {
  const Page page("/chat");
  const auto taken = page.get("/chat/highlight.min.js", {}, "br, gzip;q=0.8");
  EXPECT_EQ(taken.status, 200U);
  EXPECT_EQ(header(taken, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(taken, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header(taken, "Vary"), "Accept-Encoding");
  EXPECT_EQ(taken.body.substr(0, 2), "\x1F\x8B");
  EXPECT_EQ(page.get("/chat/highlight.min.js", {}, "br").status, 406U);
  EXPECT_EQ(page.get("/chat/highlight.min.js", header(taken, "ETag"), "gzip").status, 304U);
}

TEST(Page, AnAccountHasItsOwnPaths) {
  const Page page("/chat/work");
  EXPECT_EQ(page.get("/chat/work", {}).status, 200U);
  EXPECT_EQ(page.get("/chat", {}).status, 404U);
  EXPECT_NE(page.get("/chat/work", {}).body.find("/chat/work/app.js"), std::string::npos);
}

}  // namespace
}  // namespace openclaw::webchat
