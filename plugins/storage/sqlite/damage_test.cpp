// Damaged files: refused in words, and left as they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "test_place.hpp"

namespace openclaw::sqlite {
namespace {

using ::testing::HasSubstr;
using testing::Ingest;
using testing::StoreClient;
using testing::StoreInstance;

class DamageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
    auto writer = instance.writer();
    std::vector<testing::AnyWrite> writes;
    for (int i = 0; i < 300; ++i) writes.push_back(Ingest{.event_id = std::to_string(i)});
    writer.apply(writes);
    writer.close();  // copies the log into the file
    sound_ = bytes_of(place_.path());
    ASSERT_GT(sound_.size(), 20U * 4096);
  }

  /// Why these bytes are refused; expects that they stay. Empty when they are taken for sound.
  std::string refusal_of(const std::string& bytes) {
    write_bytes(place_.path(), bytes);
    StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
    const StoreClient writer = instance.writer();
    if (writer.is_open()) return {};
    EXPECT_TRUE(bytes_of(place_.path()) == bytes) << "the file was changed";
    return writer.last.message;
  }

  TestPlace place_;
  std::string sound_;
};

TEST_F(DamageTest, ASoundFileOpens) {
  EXPECT_EQ(refusal_of(sound_), "");
}

TEST_F(DamageTest, AFlippedHeaderIsRefused) {
  std::string bytes = sound_;
  bytes[3] = static_cast<char>(bytes[3] ^ 0x20);
  const std::string message = refusal_of(bytes);
  EXPECT_THAT(message, HasSubstr(place_.path()));
  EXPECT_THAT(message, HasSubstr("header is damaged"));
  EXPECT_THAT(message, HasSubstr("restore a backup"));
}

TEST_F(DamageTest, AFlippedPageInTheMiddleIsRefused) {
  std::string bytes = sound_;
  const std::size_t page = bytes.size() / 2 / 4096 * 4096;
  for (std::size_t i = page; i < page + 64; ++i) bytes[i] = static_cast<char>(bytes[i] ^ 0xFF);
  const std::string message = refusal_of(bytes);
  EXPECT_THAT(message, HasSubstr("it is damaged and was left as it is"));
  EXPECT_THAT(message, HasSubstr("restore a backup"));
}

TEST_F(DamageTest, ACutFileIsRefused) {
  EXPECT_THAT(refusal_of(sound_.substr(0, sound_.size() / 2)), HasSubstr("was left as it is"));
}

TEST_F(DamageTest, RandomFlipsAreRefusedOrHarmless) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int refused = 0;
  for (int round = 0; round < 40; ++round) {
    std::string bytes = sound_;
    for (int flip = 0; flip < 8; ++flip) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (const auto message = refusal_of(bytes); !message.empty()) {
      ++refused;
      EXPECT_THAT(message, HasSubstr(place_.path()));
    }
  }
  EXPECT_GT(refused, 0);
}

/// SQLite would take the log of the old file for the new one's.
TEST_F(DamageTest, AFileThatIsReplacedWhileItIsOpenIsWrittenToNoMore) {
  StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
  auto writer = instance.writer();
  writer.one(Ingest{.event_id = "before"});
  const std::string elsewhere = place_.path() + ".old";
  std::filesystem::rename(place_.path(), elsewhere);
  write_bytes(place_.path(), sound_);
  for (int i = 0; i < 2; ++i) {
    writer.try_apply({Ingest{.event_id = "after"}});
    EXPECT_EQ(writer.last.status, OC_E_UNKNOWN);
    EXPECT_THAT(writer.last.message, HasSubstr("was moved, removed or replaced"));
  }
  writer.close();
  EXPECT_EQ(bytes_of(place_.path()), sound_);
  EXPECT_EQ(bytes_of(place_.path() + "-wal"), "");
  StoreInstance moved(*oc_plugin_entry_1(0)->api, TestPlace::section_for(elsewhere));
  EXPECT_EQ(moved.writer().inbox().back().event_id, "before") << "what was accepted is there";
}

TEST_F(DamageTest, AFileThatIsReplacedBehindItsLastWriteKeepsItsLogToItself) {
  StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
  auto writer = instance.writer();
  const auto reader = instance.reader();
  writer.one(Ingest{.event_id = "before"});
  const std::string elsewhere = place_.path() + ".old";
  std::filesystem::rename(place_.path(), elsewhere);
  write_bytes(place_.path(), sound_);
  writer.close();
  EXPECT_EQ(bytes_of(place_.path()), sound_);
  EXPECT_EQ(bytes_of(place_.path() + "-wal"), "");
  StoreInstance moved(*oc_plugin_entry_1(0)->api, TestPlace::section_for(elsewhere));
  EXPECT_EQ(moved.writer().inbox().back().event_id, "before");
}

/// SQLite would throw the log away.
TEST_F(DamageTest, AnEmptiedFileWithItsLogIsRefused) {
  std::string log;
  {
    StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
    auto writer = instance.writer();
    writer.one(Ingest{.event_id = "in the log"});
    log = bytes_of(place_.path() + "-wal");
  }
  ASSERT_NE(log, "");
  write_bytes(place_.path() + "-wal", log);
  EXPECT_THAT(refusal_of(""), HasSubstr("is empty, but its log"));
  EXPECT_EQ(bytes_of(place_.path() + "-wal"), log);
  write_bytes(place_.path() + "-wal", "");
  EXPECT_EQ(refusal_of(""), "") << "both are empty: it begins anew";
}

TEST_F(DamageTest, AFileThatIsRemovedWhileItIsOpenIsWrittenToNoMore) {
  StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
  auto writer = instance.writer();
  std::filesystem::remove_all(place_.folder);
  writer.try_apply({Ingest{.event_id = "lost"}});
  EXPECT_EQ(writer.last.status, OC_E_UNKNOWN);
}

}  // namespace
}  // namespace openclaw::sqlite
