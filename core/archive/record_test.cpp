#include "core/archive/record.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>

namespace openclaw::archive {
namespace {

std::string random_bytes(std::mt19937& random) {
  std::string out(random() % 40, '\0');
  for (char& c : out) c = static_cast<char>(random() % 256);
  return random() % 2 == 0 ? out : "plain \xC3\xA9 \xF0\x9F\x98\x80";
}

Record random_record(std::mt19937& random) {
  Record r;
  r.kind = static_cast<Kind>(1 + random() % (kKinds - 1));
  r.number = static_cast<std::uint32_t>(random());
  const auto number = [&] {
    return random() % 3 == 0 ? 0 : (std::uint64_t{random()} << 31U) + random();
  };
  r.id = number();
  r.epoch = number();
  r.first = number();
  r.next = number();
  r.at_ms = static_cast<std::int64_t>(number());
  r.updated_ms = -static_cast<std::int64_t>(number());
  r.expires_ms = static_cast<std::int64_t>(number());
  for (std::string* text :
       {&r.session, &r.agent, &r.channel, &r.account, &r.ns, &r.key, &r.text, &r.extra}) {
    *text = random_bytes(random);
  }
  return r;
}

TEST(RecordLine, IsReadBackAsItWas) {
  const unsigned seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    const Record record = random_record(random);
    const std::string line = to_line(record);
    ASSERT_EQ(line.find('\n'), std::string::npos);
    const auto back = from_line(line);
    ASSERT_TRUE(back.has_value()) << line;
    ASSERT_EQ(*back, record) << "seed " << seed << " round " << round << "\n" << line;
    ASSERT_EQ(to_line(*back), line);
  }
}

TEST(RecordLine, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(to_line({.kind = Kind::entry, .id = 7, .session = "s", .text = "hi"}),
            R"({"id":7,"kind":"entry","session":"s","text":"hi"})");
  EXPECT_EQ(to_line({.kind = Kind::value, .text = "\xFF\x01"}),
            R"({"kind":"value","text":{"base64":"/wE="}})");
}

TEST(RecordLine, WhatIsNoneIsRefused) {
  for (const char* line :
       {"", "{}", "[]", "x", R"({"kind":"nothing"})", R"({"kind":7})",
        R"({"kind":"value","id":-1})", R"({"kind":"value","id":"7"})",
        R"({"kind":"value","id":1.5})", R"({"kind":"value","number":4294967296})",
        R"({"kind":"value","text":7})", R"({"kind":"value","text":{"base64":"!"}})",
        R"({"kind":"value","text":{"base64":"A==="}})",
        R"({"kind":"value","text":{"base65":"AA=="}})", R"({"kind":"value"} x)"}) {
    EXPECT_TRUE(from_line(line).has_error()) << line;
  }
}

TEST(Tally, DependsOnTheRecordsAndNotOnTheirOrder) {
  std::mt19937 random(1);
  std::vector<Record> records;
  for (int i = 0; i < 50; ++i) records.push_back(random_record(random));
  Tally one, other, less;
  for (const Record& r : records) one.add(r);
  for (auto r = records.rbegin(); r != records.rend(); ++r) other.add(*r);
  EXPECT_EQ(one, other);
  EXPECT_EQ(one.all(), 50U);
  records.back().text += "x";
  for (const Record& r : records) less.add(r);
  EXPECT_NE(one.checksum(), less.checksum());
  EXPECT_EQ(one.checksum().size(), 64U);
}

}  // namespace
}  // namespace openclaw::archive
