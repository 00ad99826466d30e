#include "file_index.hpp"

#include <gtest/gtest.h>

namespace openclaw::webchat {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;

std::string id_of(unsigned n) {
  std::string digits = std::to_string(n);
  return std::string(32 - digits.size(), '0') + digits;
}

StoredFile file(unsigned n, std::uint64_t bytes = kMiB, const std::string& owner = "ann",
                std::int64_t since = 0) {
  return {id_of(n), owner, "a.png", "image/png", bytes, since, FileState::kThere};
}

/// Begins and completes.
void put(FileIndex& index, const StoredFile& f) {
  ASSERT_EQ(index.begin(f), FileIndex::Begun::kYes);
  ASSERT_TRUE(index.arrived(f.id));
}

FileLimits small() {
  FileLimits limits;
  limits.file_bytes = 4 * kMiB;
  limits.all_bytes = 10 * kMiB;
  return limits;
}

TEST(FileIndex, AFileIsThereOnceAllOfItArrived) {
  FileIndex index;
  ASSERT_EQ(index.begin(file(1)), FileIndex::Begun::kYes);
  EXPECT_EQ(index.find(id_of(1)), nullptr);
  EXPECT_NE(index.arriving(id_of(1)), nullptr);
  EXPECT_TRUE(index.arrived(id_of(1)));
  EXPECT_FALSE(index.arrived(id_of(1)));
  ASSERT_NE(index.find(id_of(1)), nullptr);
  EXPECT_EQ(index.find(id_of(1))->name, "a.png");
}

TEST(FileIndex, OnlyItsOwnerFindsIt) {
  FileIndex index;
  put(index, file(1));
  EXPECT_NE(index.find(id_of(1), "ann"), nullptr);
  EXPECT_EQ(index.find(id_of(1), "bob"), nullptr);
  EXPECT_EQ(index.find(id_of(1), ""), nullptr);
}

TEST(FileIndex, RefusesWhatIsEmptyOrTooLarge) {
  FileIndex index(small());
  EXPECT_EQ(index.begin(file(1, 0)), FileIndex::Begun::kEmpty);
  EXPECT_EQ(index.begin(file(1, 4 * kMiB + 1)), FileIndex::Begun::kTooLarge);
  EXPECT_EQ(index.begin(file(1, ~std::uint64_t{0})), FileIndex::Begun::kTooLarge);
  EXPECT_EQ(index.begin(file(1, 4 * kMiB)), FileIndex::Begun::kYes);
}

TEST(FileIndex, APersonsOldestGoesWhenTheyHaveTheirShare) {
  FileIndex index(small());
  put(index, file(1, 2 * kMiB, "ann", 20));
  put(index, file(2, 2 * kMiB, "ann", 10));
  put(index, file(3, 2 * kMiB, "bob", 1));
  put(index, file(4, 2 * kMiB, "ann", 30));
  EXPECT_NE(index.find(id_of(1)), nullptr);
  EXPECT_EQ(index.find(id_of(2)), nullptr) << "the oldest of hers";
  EXPECT_NE(index.find(id_of(3)), nullptr) << "older, but another's";
  ASSERT_NE(index.going({}), nullptr);
  EXPECT_EQ(index.going({})->id, id_of(2));
}

TEST(FileIndex, TheOldestOfAllGoesWhenThereIsNoRoom) {
  FileIndex index(small());
  put(index, file(1, 4 * kMiB, "ann", 3));
  put(index, file(2, 4 * kMiB, "bob", 2));
  put(index, file(3, 2 * kMiB, "cy", 4));
  EXPECT_EQ(index.going({}), nullptr);
  put(index, file(4, 1, "cy", 5));
  EXPECT_EQ(index.find(id_of(2)), nullptr);
  EXPECT_NE(index.find(id_of(1)), nullptr);
}

TEST(FileIndex, WhatArrivesIsNeverPushedOutAndBounded) {
  FileLimits limits = small();
  limits.uploads = 3;
  FileIndex index(limits);
  EXPECT_EQ(index.begin(file(1, 4 * kMiB, "ann")), FileIndex::Begun::kYes);
  EXPECT_EQ(index.begin(file(2, 4 * kMiB, "ann")), FileIndex::Begun::kFull);
  EXPECT_EQ(index.begin(file(2, 4 * kMiB, "bob")), FileIndex::Begun::kYes);
  EXPECT_EQ(index.begin(file(3, 4 * kMiB, "cy")), FileIndex::Begun::kFull);
  EXPECT_EQ(index.begin(file(3, 1, "cy")), FileIndex::Begun::kYes);
  EXPECT_EQ(index.begin(file(4, 1, "cy")), FileIndex::Begun::kFull) << "three are under way";
  index.let_go(id_of(3));
  EXPECT_EQ(index.begin(file(4, 1, "cy")), FileIndex::Begun::kYes);
}

TEST(FileIndex, NothingGoesInVain) {
  FileIndex index(small());
  put(index, file(1, 1, "ann"));
  put(index, file(2, 1, "bob"));
  ASSERT_EQ(index.begin(file(3, 4 * kMiB, "ann")), FileIndex::Begun::kYes);
  EXPECT_EQ(index.begin(file(4, 4 * kMiB, "ann")), FileIndex::Begun::kFull);
  EXPECT_NE(index.find(id_of(1)), nullptr) << "it would not have made room enough";
  ASSERT_EQ(index.begin(file(5, 4 * kMiB, "bob")), FileIndex::Begun::kYes);
  EXPECT_EQ(index.begin(file(6, 4 * kMiB, "cy")), FileIndex::Begun::kFull);
  EXPECT_NE(index.find(id_of(2)), nullptr);
}

TEST(FileIndex, TheListIsBounded) {
  FileIndex index;
  for (unsigned i = 0; i < 2 * kMaxFiles; ++i) put(index, file(i, 1, "ann", i));
  EXPECT_EQ(index.begin(file(9999, 1)), FileIndex::Begun::kFull) << "nothing was erased yet";
  index.forget(id_of(0));
  EXPECT_EQ(index.begin(file(9999, 1)), FileIndex::Begun::kYes);
}

TEST(FileIndex, TheListFitsAStoredValueAtItsWorst) {
  FileIndex index;
  for (unsigned i = 0; i < 2 * kMaxFiles; ++i) {
    StoredFile f = file(i, 1, std::string(32, 'f'), 9'999'999'999'999);
    f.name = file_name(std::string(1000, '"'));
    f.mime = media_type("a/" + std::string(98, 'b'));
    put(index, f);
  }
  EXPECT_LT(index.encode().size(), std::size_t{1} << 20U);
}

TEST(FileIndex, FilesGoAfterAWeek) {
  FileIndex index;
  put(index, file(1, 1, "ann", 1000));
  const std::int64_t week = std::int64_t{7} * 24 * 3'600'000;
  index.let_go_old(1000 + week - 1);
  EXPECT_NE(index.find(id_of(1)), nullptr);
  index.let_go_old(1000 + week);
  EXPECT_EQ(index.find(id_of(1)), nullptr);
  EXPECT_NE(index.going({}), nullptr);
  EXPECT_EQ(index.going({id_of(1)}), nullptr) << "a part of it is being written";
  index.forget(id_of(1));
  EXPECT_EQ(index.going({}), nullptr);
}

TEST(FileIndex, ComesBackFromTheStoreWithoutWhatHadNotArrived) {
  FileIndex index;
  put(index, file(1, 300'000, "ann", 7));
  ASSERT_EQ(index.begin(file(2)), FileIndex::Begun::kYes);
  FileIndex later;
  ASSERT_TRUE(later.decode(index.encode()));
  const StoredFile* found = later.find(id_of(1), "ann");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, "a.png");
  EXPECT_EQ(found->mime, "image/png");
  EXPECT_EQ(found->bytes, 300'000U);
  EXPECT_EQ(found->since, 7);
  ASSERT_NE(later.going({}), nullptr);
  EXPECT_EQ(later.going({})->id, id_of(2));
}

TEST(FileIndex, TakesNothingFromAForeignValue) {
  for (const char* text : {"", "[]", "{}", R"({"files":1})", "\xff"}) {
    EXPECT_FALSE(FileIndex().decode(text)) << text;
  }
  FileIndex index;
  EXPECT_TRUE(index.decode(R"({"files":[1,{"id":"../x","there":true},{"id":5}]})"));
  EXPECT_EQ(index.find("../x"), nullptr);
  EXPECT_EQ(index.going({}), nullptr);
}

TEST(StoredFile, KnowsItsParts) {
  EXPECT_EQ(file(1, 1).parts(), 1U);
  EXPECT_EQ(file(1, kPartBytes).parts(), 1U);
  EXPECT_EQ(file(1, kPartBytes + 1).parts(), 2U);
  EXPECT_EQ(file(1, kPartBytes + 1).part_bytes(0), kPartBytes);
  EXPECT_EQ(file(1, kPartBytes + 1).part_bytes(1), 1U);
}

TEST(FileName, IsTheLastPartOfAPathWithoutControls) {
  EXPECT_EQ(file_name("a b.png"), "a b.png");
  EXPECT_EQ(file_name("C:\\x\\a.png"), "a.png");
  EXPECT_EQ(file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(file_name("a\r\nb\x7f.txt"), "ab.txt");
  for (const char* name : {"", "..", "a/", " . "}) EXPECT_EQ(file_name(name), "file") << name;
}

TEST(FileName, IsCutBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "\u20ac";  // three bytes each
  EXPECT_EQ(file_name(name), name.substr(0, 198));
}

TEST(MediaType, IsATypeWithoutParametersOrAnyBytes) {
  EXPECT_EQ(media_type("image/PNG"), "image/png");
  EXPECT_EQ(media_type("text/plain; charset=utf-8"), "text/plain");
  EXPECT_EQ(media_type("image/svg+xml"), "image/svg+xml");
  for (const std::string& bad :
       {std::string(), std::string("png"), std::string("a/"), std::string("/b"),
        std::string("a/b c"), std::string("a/b\n"), "a/" + std::string(200, 'b')}) {
    EXPECT_EQ(media_type(bad), "application/octet-stream") << bad;
  }
}

}  // namespace
}  // namespace openclaw::webchat
