// Checks of who gets a message when several gateways share a store.
#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

/// Claims and ends one message.
void end(StoreClient& member, std::uint64_t id, const std::string& session = "s",
         std::uint64_t epoch = 3) {
  EXPECT_EQ(member.one(Attempt{session, epoch, {id}}).status, OC_OK) << id;
  EXPECT_EQ(member.one(Finish{.session = session, .epoch = epoch, .ids = {id}}).status, OC_OK);
}

void a_lane_is_one_members(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto first = a.one(Ingest{.session = "s", .epoch = 4});
  EXPECT_EQ(first.flags, 0u);
  const auto second = b.one(Ingest{.session = "s", .epoch = 4});
  EXPECT_EQ(second.status, OC_OK);
  EXPECT_EQ(second.flags, OC_RESULT_ELSEWHERE);
  EXPECT_EQ(b.one(Ingest{.session = "t"}).flags, 0u) << "another lane is free";
  EXPECT_TRUE(b.collect().messages.empty()) << "the lane is a's";
  EXPECT_EQ(b.one(Attempt{"s", 5, {first.id}}).status, OC_E_CONFLICT) << "the message is a's";
  EXPECT_EQ(b.one(Attempt{"s", 5, {second.id}}).status, OC_E_CONFLICT) << "it is nobody's yet";
  const auto row = store.reader().inbox().at(1);
  EXPECT_EQ(row.epoch, 0u);
  EXPECT_EQ(row.attempts, 0u);
  EXPECT_EQ(b.one(Finish{.session = "s", .epoch = 4, .ids = {first.id}}).status, OC_E_CONFLICT);
  EXPECT_EQ(a.one(Finish{.session = "s", .epoch = 4, .ids = {first.id}}).status, OC_OK);
  EXPECT_EQ(ids_of(b.collect()), Ids{second.id}) << "whoever has a place takes it";
  EXPECT_TRUE(a.collect().messages.empty());
  end(b, second.id);
}

void its_member_collects_what_others_add(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto first = a.one(Ingest{.session = "s"}).id;
  const auto second = b.one(Ingest{.session = "s"}).id;
  const auto third = a.one(Ingest{.session = "s", .epoch = 9});
  EXPECT_EQ(third.flags, OC_RESULT_ELSEWHERE) << "it would overtake the second";
  EXPECT_EQ(ids_of(a.collect()), (Ids{second, third.id}));
  EXPECT_EQ(a.one(Ingest{.session = "s"}).flags, 0u) << "nothing is nobody's any more";
  for (const auto id : {first, second, third.id}) end(a, id);
}

void what_is_left_is_anybodys(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto left = a.one(Ingest{.session = "s", .epoch = 4, .flags = OC_INGEST_LEAVE});
  EXPECT_EQ(left.flags, OC_RESULT_ELSEWHERE);
  EXPECT_EQ(a.one(Ingest{.session = "s"}).flags, OC_RESULT_ELSEWHERE) << "behind it";
  EXPECT_TRUE(b.collect({.messages = 0}).messages.empty()) << "no room";
  EXPECT_TRUE(b.collect({.messages = 0}).more);
  EXPECT_EQ(ids_of(b.collect()).size(), 2u);
  EXPECT_TRUE(a.collect().messages.empty());
}

void here_or_not_at_all(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const Ingest here{.session = "s", .event_id = "e", .flags = OC_INGEST_HERE};
  const auto held = a.one(Ingest{.session = "s"}).id;
  EXPECT_EQ(b.one(here).status, OC_E_CONFLICT);
  EXPECT_EQ(store.reader().inbox().size(), 1u);
  EXPECT_EQ(b.stat("inbox"), 1);
  EXPECT_EQ(a.one(here).status, OC_OK) << "its own lane";
  EXPECT_EQ(a.one(here).flags, OC_RESULT_DUPLICATE);
  EXPECT_EQ(b.one(here).flags, OC_RESULT_DUPLICATE) << "known is known";
  end(a, held);
  const auto rows = store.reader().inbox();
  end(a, rows.at(0).id);
  EXPECT_EQ(b.one(Ingest{.session = "s", .epoch = 6, .flags = OC_INGEST_HERE}).flags, 0u);
}

void a_duplicate_is_known_to_all(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto first = a.one(Ingest{.session = "s", .event_id = "e"});
  const auto second = b.one(Ingest{.session = "s", .event_id = "e"});
  EXPECT_EQ(second.flags & OC_RESULT_DUPLICATE, OC_RESULT_DUPLICATE);
  EXPECT_EQ(second.id, first.id);
  EXPECT_TRUE(b.collect().messages.empty());
}

void a_long_lane_is_collected_in_parts(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  Ids all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(a.one(Ingest{.session = "s", .flags = OC_INGEST_LEAVE}).id);
  }
  const auto first = b.collect({.messages = 2});
  EXPECT_EQ(ids_of(first), (Ids{all[0], all[1]}));
  EXPECT_TRUE(first.more);
  EXPECT_TRUE(a.collect().messages.empty()) << "the lane is b's now";
  EXPECT_EQ(ids_of(b.collect({.messages = 1})), Ids{all[2]});
  const auto last = b.collect();
  EXPECT_EQ(ids_of(last), (Ids{all[3], all[4]}));
  EXPECT_FALSE(last.more);
}

void the_lane_that_waits_longest_comes_first(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto first = a.one(Ingest{.session = "z", .flags = OC_INGEST_LEAVE}).id;
  const auto second = a.one(Ingest{.session = "m", .flags = OC_INGEST_LEAVE}).id;
  const auto third = a.one(Ingest{.session = "a", .flags = OC_INGEST_LEAVE}).id;
  EXPECT_EQ(ids_of(b.collect({.messages = 1})), Ids{first});
  EXPECT_EQ(ids_of(b.collect({.messages = 1})), Ids{second});
  EXPECT_EQ(ids_of(a.collect({.messages = 1})), Ids{third});
}

void a_dead_letter_tried_again_is_anybodys(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto id = a.one(Ingest{.session = "s", .epoch = 3}).id;
  a.one(Finish{.session = "s", .epoch = 3, .ids = {id}, .disposition = OC_DONE_DEAD});
  EXPECT_TRUE(b.collect().messages.empty());
  const auto back = a.one(Resolve{.id = id});
  EXPECT_EQ(back.flags, OC_RESULT_ELSEWHERE);
  const auto got = b.collect();
  EXPECT_EQ(ids_of(got), Ids{back.id});
  EXPECT_EQ(got.messages.at(0).attempts, 0u);
  end(b, back.id);
}

void a_turn_of_several_messages_ends_as_one(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto first = a.one(Ingest{.session = "s"}).id, second = a.one(Ingest{.session = "s"}).id;
  const auto others = b.one(Ingest{.session = "s"}).id;
  EXPECT_EQ(a.one(Attempt{"s", 3, {first, others}}).status, OC_E_CONFLICT);
  EXPECT_EQ(a.one(Attempt{"s", 3, {first, second}}).status, OC_OK);
  EXPECT_EQ(a.one(Finish{.session = "s", .epoch = 3, .ids = {first, second}}).status, OC_OK);
  EXPECT_EQ(ids_of(b.collect()), Ids{others});
}

void a_reply_on_its_way_keeps_its_lane(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto first = a.one(Ingest{.session = "s", .epoch = 3}).id;
  const auto reply = a.one(Finish{.session = "s",
                                  .epoch = 3,
                                  .ids = {first},
                                  .outbox = {{.idem_key = "k1", .session = "s"},
                                             {.idem_key = "k2", .session = "s"}}})
                         .id;
  const auto second = b.one(Ingest{.session = "s", .epoch = 3});
  EXPECT_EQ(second.flags, OC_RESULT_ELSEWHERE) << "its answer would overtake the first";
  a.apply({Move{.id = reply}, Move{.id = reply, .state = OC_OUTBOX_SENT}, Move{.id = reply + 1}});
  EXPECT_TRUE(b.collect().messages.empty()) << "one of two is still on its way";
  a.one(Move{.id = reply + 1, .state = OC_OUTBOX_UNKNOWN});
  EXPECT_EQ(ids_of(b.collect()), Ids{second.id});
  end(b, second.id);
  EXPECT_EQ(a.one(Ingest{.session = "s"}).flags, 0u) << "nothing of it is left";
}

void a_reply_that_is_left_keeps_no_lane(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto first = a.one(Ingest{.session = "s", .epoch = 3}).id;
  const auto reply =
      a.one(Finish{.session = "s",
                   .epoch = 3,
                   .ids = {first},
                   .outbox = {{.idem_key = "k1", .session = "s"},
                              {.idem_key = "k2", .session = "s", .flags = OC_OUTBOX_LEAVE}}})
          .id;
  a.one(Move{.id = reply, .state = OC_OUTBOX_LEFT});
  const auto got = b.collect();
  ASSERT_EQ(got.replies.size(), 2u);
  EXPECT_EQ(got.replies[0].id, reply);
  EXPECT_EQ(got.replies[0].state, OC_OUTBOX_STORED);
  EXPECT_TRUE(a.collect().replies.empty());
  EXPECT_EQ(a.one(Ingest{.session = "s"}).flags, OC_RESULT_ELSEWHERE) << "b sends them";
  b.one(Move{.id = reply, .state = OC_OUTBOX_DEAD});
  b.one(Move{.id = reply + 1, .state = OC_OUTBOX_SENT});
  EXPECT_EQ(ids_of(a.collect()).size(), 1u);
}

void its_own_lanes_are_collected_without_room_for_others(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  a.one(Ingest{.session = "s"});
  const auto added = b.one(Ingest{.session = "s"}).id;
  b.one(Ingest{.session = "t", .flags = OC_INGEST_LEAVE});
  b.one(Ingest{.session = "u", .flags = OC_INGEST_LEAVE});
  EXPECT_EQ(ids_of(a.collect({.lanes = 0})), Ids{added});
  EXPECT_EQ(ids_of(a.collect({.lanes = 1})).size(), 1u);
  EXPECT_EQ(ids_of(b.collect({.lanes = 1})).size(), 1u);
}

void a_batch_sees_its_own_lanes(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto held = a.one(Ingest{.session = "s", .epoch = 2}).id;
  // Ends the lane and begins it again, in one batch.
  const auto results = a.apply(
      {Finish{.session = "s", .epoch = 2, .ids = {held}}, Ingest{.session = "s", .epoch = 3},
       Ingest{.session = "s", .flags = OC_INGEST_LEAVE}, Ingest{.session = "s", .epoch = 3}});
  EXPECT_EQ(results[1].flags, 0u);
  EXPECT_EQ(results[2].flags, OC_RESULT_ELSEWHERE);
  EXPECT_EQ(results[3].flags, OC_RESULT_ELSEWHERE);
  EXPECT_TRUE(b.collect().messages.empty());
  a.one(Finish{.session = "s", .epoch = 3, .ids = {results[1].id}});
  EXPECT_EQ(ids_of(b.collect()), (Ids{results[2].id, results[3].id}));
}

}  // namespace

Checks lane_checks() {
  return {{"ALaneIsOneMembers", a_lane_is_one_members},
          {"ItsMemberCollectsWhatOthersAdd", its_member_collects_what_others_add},
          {"WhatIsLeftIsAnybodys", what_is_left_is_anybodys},
          {"HereOrNotAtAll", here_or_not_at_all},
          {"ADuplicateIsKnownToAll", a_duplicate_is_known_to_all},
          {"ALongLaneIsCollectedInParts", a_long_lane_is_collected_in_parts},
          {"TheLaneThatWaitsLongestComesFirst", the_lane_that_waits_longest_comes_first},
          {"ADeadLetterTriedAgainIsAnybodys", a_dead_letter_tried_again_is_anybodys},
          {"ATurnOfSeveralMessagesEndsAsOne", a_turn_of_several_messages_ends_as_one},
          {"AReplyOnItsWayKeepsItsLane", a_reply_on_its_way_keeps_its_lane},
          {"AReplyThatIsLeftKeepsNoLane", a_reply_that_is_left_keeps_no_lane},
          {"ItsOwnLanesAreCollectedWithoutRoomForOthers",
           its_own_lanes_are_collected_without_room_for_others},
          {"ABatchSeesItsOwnLanes", a_batch_sees_its_own_lanes}};
}

}  // namespace openclaw::testing
