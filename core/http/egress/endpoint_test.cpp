#include "core/http/egress/endpoint.hpp"

#include <gtest/gtest.h>

namespace openclaw::http::egress {
namespace {

TEST(Endpoint, AWebSocketHasTheSchemesPortAndTheWholeTarget) {
  const auto plain = parse_endpoint("ws://chat.example.com/gateway?v=10&encoding=json");
  ASSERT_TRUE(plain.has_value());
  EXPECT_TRUE(plain->websocket);
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->host, "chat.example.com");
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(plain->target, "/gateway?v=10&encoding=json");
  EXPECT_EQ(plain->authority, "chat.example.com");
  const auto secure = parse_endpoint("wss://chat.example.com:8443?x=1");
  ASSERT_TRUE(secure.has_value());
  EXPECT_TRUE(secure->tls);
  EXPECT_EQ(secure->target, "/?x=1");
  EXPECT_EQ(secure->authority, "chat.example.com:8443");
}

TEST(Endpoint, AByteStreamIsAHostAndAPort) {
  const auto stream = parse_endpoint("tls://[2001:db8::1]:6697");
  ASSERT_TRUE(stream.has_value());
  EXPECT_FALSE(stream->websocket);
  EXPECT_TRUE(stream->tls);
  EXPECT_EQ(stream->host, "2001:db8::1");
  EXPECT_EQ(stream->port, 6697);
  EXPECT_EQ(stream->authority, "[2001:db8::1]:6697");
}

TEST(Endpoint, WhatTwoReadersMayUnderstandDifferentlyIsInvalid) {
  for (const char* url :
       {"", "ws://", "chat.example.com:80", "http://chat.example.com/", "tcp://chat.example.com",
        "tcp://chat.example.com:0", "tcp://chat.example.com:6667/path", "tls://u@example.com:1",
        "ws://user:pw@example.com/", "ws://example.com/#x", "ws://ex%61mple.com/",
        "ws://example.com\\@other.example/", "ws://example.com:70000/", "ws://exa mple.com/"}) {
    const auto endpoint = parse_endpoint(url);
    ASSERT_TRUE(endpoint.has_error()) << url;
    EXPECT_EQ(endpoint.error().code, Errc::invalid) << url;
  }
}

}  // namespace
}  // namespace openclaw::http::egress
