// Messages that wait, read in pieces.
#include <gmock/gmock.h>

#include <functional>

#include "reader.hpp"
#include "test_server.hpp"

namespace openclaw::redis {
namespace {

using testing::Attempt;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using testing::Ingest;

constexpr std::uint32_t kDeadlineMs = 20'000;

class Waiting : public ::testing::Test {
 protected:
  using Ids = std::vector<std::uint64_t>;

  /// So many messages, of which each 50th is long; their ids.
  Ids store(std::size_t count) {
    std::vector<testing::AnyWrite> writes;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string text(i % 50 == 49 ? 200'000 : 20, 'x');
      writes.emplace_back(Ingest{.event_id = "e" + std::to_string(i), .payload = text});
    }
    Ids ids;
    for (const auto& result : writer_.apply(writes)) ids.push_back(result.id);
    return ids;
  }

  /// `visit` is told of each row; false: enough.
  void read(std::uint64_t after, std::uint32_t limit,
            const std::function<bool(const oc_inbox_row&)>& visit) {
    reader_.inbox(
        OC_LIST_LIVE, after, limit, kDeadlineMs,
        [](void* ctx, const oc_inbox_row* row) noexcept -> std::uint32_t {
          return (*static_cast<const std::function<bool(const oc_inbox_row&)>*>(ctx))(*row) ? 1 : 0;
        },
        const_cast<void*>(static_cast<const void*>(&visit)));
  }

  Ids read(std::uint64_t after = 0, std::uint32_t limit = 10'000) {
    Ids ids;
    read(after, limit, [&](const oc_inbox_row& row) {
      ids.push_back(row.id);
      return true;
    });
    return ids;
  }

  TestServer& server_ = TestServer::shared();
  TestPlace place_;
  testing::StoreInstance instance_{*oc_plugin_entry_1(0)->api, place_.section_json()};
  testing::StoreClient writer_ = instance_.writer();
  Reader reader_{read_settings(place_.section_json())};
};

TEST_F(Waiting, AreReadInOrderHoweverManyAndHoweverLong) {
  EXPECT_TRUE(read().empty());
  const Ids ids = store(400);
  EXPECT_THAT(read(), ElementsAreArray(ids));
  for (const std::uint32_t limit : {1U, 15U, 16U, 17U, 128U, 129U, 399U, 400U}) {
    const Ids first(ids.begin(), ids.begin() + limit);
    EXPECT_THAT(read(0, limit), ElementsAreArray(first)) << limit;
    const Ids others(ids.begin() + limit, ids.end());
    EXPECT_THAT(read(ids[limit - 1]), ElementsAreArray(others)) << limit;
  }
}

TEST_F(Waiting, AReadThatIsStoppedLeavesTheConnectionAsItWas) {
  const Ids ids = store(200);
  for (const std::size_t most : {1U, 16U, 17U, 150U}) {
    std::size_t seen = 0;
    read(0, 10'000, [&](const oc_inbox_row&) { return ++seen < most; });
    EXPECT_EQ(seen, most);
    EXPECT_THAT(read(), ElementsAreArray(ids));
  }
}

TEST_F(Waiting, AConnectionThatIsCutBetweenTwoPiecesIsMadeAgain) {
  const Ids ids = store(200);
  Ids found;
  read(0, 10'000, [&](const oc_inbox_row& row) {
    found.push_back(row.id);
    if (found.size() % 40 == 0) server_.run(Args{"CLIENT", "KILL", "TYPE", "normal"});
    return true;
  });
  EXPECT_THAT(found, ElementsAreArray(ids));
}

TEST_F(Waiting, VeryLongOnesBehindShortOnesAreReadOneByOne) {
  Ids ids = store(40);
  for (int i = 0; i < 6; ++i) {
    ids.push_back(writer_.one(Ingest{.payload = std::string(3 << 20, 'y')}).id);
  }
  ids.push_back(writer_.one(Ingest{}).id);
  EXPECT_THAT(read(), ElementsAreArray(ids));
  EXPECT_THAT(read(), ElementsAreArray(ids)) << "again, as it is known by now";
}

TEST_F(Waiting, OneThatLeavesMeanwhileIsNotAmongThem) {
  Ids ids = store(3);
  server_.run(Args{"HDEL", place_.key("inbox-claims"), std::to_string(ids[1])});
  ids.erase(ids.begin() + 1);
  EXPECT_THAT(read(), ElementsAreArray(ids));
}

TEST_F(Waiting, ClaimsAreReadInEveryForm) {
  const Ids ids = store(4);
  writer_.one(Attempt{.session = "agent:main:main", .epoch = 9, .ids = {ids[0]}});
  const auto claim = [&](std::uint64_t id, const std::string& attempts, const std::string& epoch) {
    server_.run(Args{"EVAL",
                     "redis.call('HSET', KEYS[1], ARGV[1],"
                     " cmsgpack.pack({tonumber(ARGV[2]), ARGV[3], '0', '', ''}))",
                     "1", place_.key("inbox-claims"), std::to_string(id), attempts, epoch});
  };
  claim(ids[1], "127", "9223372036854775807");
  claim(ids[2], "128", "3");
  claim(ids[3], "70000", "1");
  std::vector<std::pair<std::uint32_t, std::uint64_t>> found;
  read(0, 10, [&](const oc_inbox_row& row) {
    found.emplace_back(row.attempts, row.epoch);
    return true;
  });
  EXPECT_THAT(found, ::testing::ElementsAre(::testing::Pair(1, 9),
                                            ::testing::Pair(127, 9223372036854775807U),
                                            ::testing::Pair(128, 3), ::testing::Pair(70000, 1)));
}

TEST_F(Waiting, WhatIsNoneOfOursIsAnErrorThatSaysSo) {
  const Ids ids = store(200);  // more than a piece: the next is under way when the first is refused
  for (const char* claim : {"\x95\x01\xA1x", "", "x", "\x95", "\x95\x01\xC0", "\x93\x01"}) {
    server_.run(Args{"HSET", place_.key("inbox-claims"), std::to_string(ids[0]), claim});
    try {
      read();
      ADD_FAILURE() << "a claim of " << std::string(claim).size() << " bytes was read";
    } catch (const std::exception& error) {
      EXPECT_THAT(error.what(), HasSubstr("none of ours"));
    }
    EXPECT_EQ(reader_.max_epoch(kDeadlineMs), 0u) << "what comes next is answered by itself";
  }
}

TEST_F(Waiting, AStoreThatWasWipedMeanwhileIsNotAnEmptyOne) {
  store(2);
  EXPECT_EQ(read().size(), 2u);
  for (const char* name : {"store", "inbox", "inbox-claims"}) {
    server_.run(Args{"DEL", place_.key(name)});
  }
  EXPECT_THROW(read(), sdk::StoreError);
}

}  // namespace
}  // namespace openclaw::redis
