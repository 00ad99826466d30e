#include "core/http/egress/name_lookups.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <vector>

namespace openclaw::http::egress {
namespace {

using boost::asio::ip::make_address;
using Addresses = NameLookups::Addresses;

class NameLookupsTest : public ::testing::Test {
 protected:
  NameLookupsTest() { loop_.start(); }
  void use(NameLookups::Resolve resolve) { lookups_.emplace(loop_, std::move(resolve)); }
  std::future<Result<Addresses>> ask(const std::string& host) {
    auto answer = std::make_shared<std::promise<Result<Addresses>>>();  // shared by the copies
    loop_.post([this, host, answer] {
      lookups_->start(host, 443, [this, answer](Result<Addresses> found) {
        EXPECT_TRUE(loop_.on_loop());
        answer->set_value(std::move(found));
      });
    });
    return answer->get_future();
  }

  runtime::Loop loop_{"lookups"};
  std::optional<NameLookups> lookups_;
};

TEST_F(NameLookupsTest, TheSystemKnowsThisMachineAndNoInventedName) {
  use(&NameLookups::ask_system);
  const auto here = ask("localhost").get();
  ASSERT_TRUE(here.has_value());
  EXPECT_TRUE(here->front().address().is_loopback());
  EXPECT_EQ(here->front().port(), 443);
  const auto nowhere = ask("no-such-host.invalid").get();
  ASSERT_TRUE(nowhere.has_error());
  EXPECT_EQ(nowhere.error().code, Errc::network);
}

TEST_F(NameLookupsTest, AnAddressNeedsNoLookup) {
  use([](const std::string&, std::uint16_t) -> Result<Addresses> {
    return Error{Errc::network, "asked"};
  });
  EXPECT_EQ(ask("192.0.2.7").get()->front().address(), make_address("192.0.2.7"));
  EXPECT_EQ(ask("2001:db8::7").get()->front().address(), make_address("2001:db8::7"));
}

TEST_F(NameLookupsTest, WhatHangsIsNotWaitedForAndIsBounded) {
  auto let_go = std::make_shared<std::promise<void>>();  // outlives the threads that wait for it
  std::promise<void> all_left;
  auto left = std::make_shared<std::atomic<int>>(0);
  use([hanging = let_go->get_future().share(), left, &all_left](
          const std::string&, std::uint16_t) -> Result<Addresses> {
    hanging.wait();
    if (left->fetch_add(1) + 1 == NameLookups::kMaxUnderWay) all_left.set_value();
    return Addresses{};
  });
  std::vector<std::future<Result<Addresses>>> hung;
  for (int i = 0; i < NameLookups::kMaxUnderWay; ++i) hung.push_back(ask("hangs.example"));
  const auto refused = ask("one-more.example").get();
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::again);
  std::promise<void> gone;
  loop_.post([&] {
    lookups_.reset();  // returns, although none of them does
    gone.set_value();
  });
  gone.get_future().wait();
  let_go->set_value();
  all_left.get_future().wait();
  for (auto& one : hung) EXPECT_THROW(one.get(), std::future_error) << "called back after all";
}

}  // namespace
}  // namespace openclaw::http::egress
