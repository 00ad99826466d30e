#include "openclaw/cpp/channel/preview_list.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "openclaw/cpp/plugin.hpp"
#include "openclaw/testing/fake_host.hpp"

namespace openclaw::sdk {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Lister final : public Channel {
 public:
  Lister(Host& h, std::string_view /*name*/, std::string_view /*config_json*/)
      : Channel(h),
        list(h, {[this] { ++read; },
                 [this](const auto& messages) {
                   for (const auto& one : messages) left.push_back(one.id);
                 }}) {
    self = this;
  }
  void send(oc_op op, const oc_message& /*message*/) override { host().complete(op); }
  static inline Lister* self = nullptr;
  int read = 0;
  std::vector<std::string> left;
  PreviewList list;
};

class Listing : public ::testing::Test {
 protected:
  void SetUp() override {
    EXPECT_EQ(host.create(PluginApi<Lister, ChannelSlots<Lister>>::table, "lister", "{}"), "");
  }
  void start() {
    Lister::self->list.start();
    host.run();
  }
  void add(const std::string& id) {
    Lister::self->list.add({{"700", ""}, id});
    host.run();
  }
  void remove(const std::string& id) {
    Lister::self->list.remove("700", id);
    host.run();
  }
  /// As another gateway writes it.
  void put(const std::vector<std::pair<std::string, std::string>>& messages) {
    json list = stored();
    for (const auto& [id, run] : messages) {
      list.push_back({{"chat", "700"}, {"thread", ""}, {"id", id}, {"run", run}});
    }
    auto& value = host.state["previews"];
    value = {list.dump(), value.version + 1};
  }
  json stored() {
    const auto it = host.state.find("previews");
    return it == host.state.end() ? json::array() : json::parse(it->second.bytes);
  }
  std::vector<std::string> ids() {
    std::vector<std::string> found;
    for (const auto& one : stored()) found.push_back(one["id"]);
    return found;
  }
  testing::FakeHost host;
};

TEST_F(Listing, WhatAnEarlierRunLeftIsTakenOver) {
  put({{"1", "aa"}, {"2", ""}});
  start();
  EXPECT_EQ(Lister::self->read, 1);
  EXPECT_THAT(Lister::self->left, ElementsAre("2", "1"));
  EXPECT_EQ(host.wanted.size(), 1U) << "its own lease alone";
  remove("1");
  remove("2");
  EXPECT_THAT(ids(), IsEmpty());
}

TEST_F(Listing, WhatAnotherGatewayShowsIsLeftAloneUntilThatEnds) {
  host.leases_granted = false;
  put({{"1", "aa"}});
  start();
  EXPECT_EQ(Lister::self->read, 1);
  add("5");
  EXPECT_THAT(Lister::self->left, IsEmpty());
  EXPECT_THAT(ids(), ElementsAre("1", "5"));
  host.grant("previews/aa");
  host.run();
  EXPECT_THAT(Lister::self->left, ElementsAre("1"));
  EXPECT_FALSE(host.wanted.contains("previews/aa"));
  remove("1");
  EXPECT_THAT(ids(), ElementsAre("5"));
}

TEST_F(Listing, WhatAnotherGatewayRemovedFirstIsNotRemovedAgain) {
  host.leases_granted = false;
  put({{"1", "aa"}});
  start();
  host.state["previews"] = {"[]", 7};
  host.grant("previews/aa");
  host.run();
  EXPECT_THAT(Lister::self->left, IsEmpty());
  EXPECT_FALSE(host.wanted.contains("previews/aa"));
}

TEST_F(Listing, WhatTwoGatewaysWriteIsKept) {
  host.leases_granted = false;
  start();
  add("5");
  put({{"1", "aa"}});
  add("6");
  EXPECT_THAT(ids(), ElementsAre("1", "5", "6"));
  put({{"2", "aa"}});
  remove("5");
  EXPECT_THAT(ids(), ElementsAre("1", "2", "6"));
  EXPECT_TRUE(host.wanted.contains("previews/aa"));
}

TEST_F(Listing, StoppedItTakesNothingOverAndStillWrites) {
  host.leases_granted = false;
  put({{"1", "aa"}});
  start();
  Lister::self->list.stop();
  host.grant("previews/aa");
  host.run();
  EXPECT_THAT(Lister::self->left, IsEmpty());
  put({{"2", "bb"}});
  add("5");
  EXPECT_THAT(ids(), ElementsAre("1", "2", "5"));
}

}  // namespace
}  // namespace openclaw::sdk
