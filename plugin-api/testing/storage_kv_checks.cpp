// Checks of versioned values.
#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

void versions_grow_from_1(StoreUnderTest& store) {
  EXPECT_EQ(store.writer.one(Put{.key = "k", .value = "a"}).id, 1u);
  const auto second = store.writer.one(Put{.key = "k", .value = "b"}).id;
  EXPECT_GT(second, 1u);
  store.reopen();
  const auto rows = store.reader().kv_get("plugin", "k");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].key, "k");
  EXPECT_EQ(rows[0].value, "b");
  EXPECT_EQ(rows[0].version, second);
}

void an_absent_key_is_not_found(StoreUnderTest& store) {
  store.writer.one(Put{.key = "k", .value = "a"});
  auto reader = store.reader();
  EXPECT_TRUE(reader.kv_get("plugin", "K").empty());
  EXPECT_EQ(reader.last.status, OC_E_NOTFOUND);
  EXPECT_TRUE(reader.kv_get("other", "k").empty());
  EXPECT_EQ(reader.last.status, OC_E_NOTFOUND);
}

void another_version_is_a_conflict(StoreUnderTest& store) {
  EXPECT_EQ(store.writer.one(Put{.key = "k", .value = "a", .expect = 3}).status, OC_E_CONFLICT);
  const auto version = store.writer.one(Put{.key = "k", .value = "a", .expect = 0}).id;
  EXPECT_EQ(store.writer.one(Put{.key = "k", .value = "b", .expect = 0}).status, OC_E_CONFLICT);
  EXPECT_EQ(store.writer.one(Put{.key = "k", .value = "b", .expect = version + 1}).status,
            OC_E_CONFLICT);
  EXPECT_EQ(
      store.writer.one(Put{.key = "k", .value = {}, .expect = version + 1, .flags = OC_KV_DELETE})
          .status,
      OC_E_CONFLICT);
  EXPECT_EQ(store.reader().kv_get("plugin", "k").at(0).value, "a");
  const auto next = store.writer.one(Put{.key = "k", .value = "c", .expect = version});
  EXPECT_EQ(next.status, OC_OK);
  EXPECT_GT(next.id, version);
}

void a_deleted_key_is_gone(StoreUnderTest& store) {
  const auto version = store.writer.one(Put{.key = "k", .value = "a"}).id;
  EXPECT_EQ(store.writer.one(Put{.key = "k", .value = {}, .expect = version, .flags = OC_KV_DELETE})
                .status,
            OC_OK);
  EXPECT_TRUE(store.reader().kv_get("plugin", "k").empty());
  EXPECT_EQ(store.writer.one(Put{.key = "k", .value = {}, .flags = OC_KV_DELETE}).status, OC_OK)
      << "whatever is there";
  EXPECT_EQ(store.writer.one(Put{.key = "k", .value = "b", .expect = 0}).status, OC_OK);
}

void keys_are_listed_in_byte_order(StoreUnderTest& store) {
  for (const char* key : {"p/2", "p/10", "q", "p", "p/1", "p0"}) {
    store.writer.one(Put{.key = key, .value = key});
  }
  store.writer.one(Put{.ns = "other", .key = "p/3", .value = "x"});
  auto reader = store.reader();
  const auto keys = [](const std::vector<KvRow>& rows) {
    std::string all;
    for (const auto& r : rows) all += r.key + ' ';
    return all;
  };
  EXPECT_EQ(keys(reader.kv("plugin")), "p p/1 p/10 p/2 p0 q ");
  EXPECT_EQ(keys(reader.kv("plugin", "p/")), "p/1 p/10 p/2 ");
  EXPECT_EQ(keys(reader.kv("plugin", "p/", "p/1", 1)), "p/10 ");
  EXPECT_EQ(keys(reader.kv("plugin", {}, "p0")), "q ");
  EXPECT_EQ(keys(reader.kv("plugin", "p/", "p/2")), "");
  EXPECT_EQ(keys(reader.kv("nobody")), "");
  EXPECT_EQ(reader.kv("plugin", "p/2").at(0).value, "p/2");
}

void values_may_be_any_bytes(StoreUnderTest& store) {
  using namespace std::string_literals;
  for (const auto& value : {""s, "a\0b"s, std::string(1 << 20, 'z')}) {
    store.writer.one(Put{.key = "k", .value = value});
    EXPECT_TRUE(store.reader().kv_get("plugin", "k").at(0).value == value) << value.size();
  }
}

void versions_of_a_deleted_value_do_not_come_again(StoreUnderTest& store) {
  auto& w = store.writer;
  const auto old = w.one(Put{.key = "k", .value = "a", .expect = 0}).id;
  EXPECT_EQ(w.one(Put{.key = "k", .expect = old, .flags = OC_KV_DELETE}).status, OC_OK);
  const auto again = w.one(Put{.key = "k", .value = "b", .expect = 0}).id;
  EXPECT_GT(again, old);
  EXPECT_EQ(w.one(Put{.key = "k", .value = "of before", .expect = old}).status, OC_E_CONFLICT);
  EXPECT_EQ(w.one(Put{.key = "k", .expect = old, .flags = OC_KV_DELETE}).status, OC_E_CONFLICT);
  w.apply({Put{.key = "k", .flags = OC_KV_DELETE}, Put{.key = "other", .value = "c"}});
  store.reopen();
  EXPECT_GT(store.writer.one(Put{.key = "k", .value = "d"}).id, again) << "also after a restart";
}

void a_loaded_versions_successor_is_greater(StoreUnderTest& store) {
  auto& w = store.writer;
  w.one(Record{.id = 40, .ns = "plugin", .key = "k", .text = "a"});
  EXPECT_EQ(w.one(Put{.key = "k", .expect = 40, .flags = OC_KV_DELETE}).status, OC_OK);
  EXPECT_GT(w.one(Put{.key = "k", .value = "b"}).id, 40u);
}

}  // namespace

Checks kv_checks() {
  return {{"VersionsGrowFrom1", versions_grow_from_1},
          {"AnAbsentKeyIsNotFound", an_absent_key_is_not_found},
          {"VersionsOfADeletedValueDoNotComeAgain", versions_of_a_deleted_value_do_not_come_again},
          {"ALoadedVersionsSuccessorIsGreater", a_loaded_versions_successor_is_greater},
          {"AnotherVersionIsAConflict", another_version_is_a_conflict},
          {"ADeletedKeyIsGone", a_deleted_key_is_gone},
          {"KeysAreListedInByteOrder", keys_are_listed_in_byte_order},
          {"ValuesMayBeAnyBytes", values_may_be_any_bytes}};
}

}  // namespace openclaw::testing
