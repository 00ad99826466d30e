#include "core/pipeline/access/ingress.hpp"

#include <gtest/gtest.h>

#include "core/render/chunk.hpp"

namespace openclaw::pipeline {
namespace {

Inbound valid() {
  Inbound m;
  m.from.chat_id = "c";
  m.from.sender_id = "u";
  m.text = "hello";
  return m;
}

Errc code_of(Inbound m) {
  const auto admitted = admit(m, {});
  EXPECT_TRUE(admitted.has_error());
  return admitted.has_error() ? admitted.error().code : Errc::unknown;
}

TEST(Ingress, AdmitsTextAndKeepsIt) {
  Inbound m = valid();
  EXPECT_FALSE(admit(m, {}).has_error());
  EXPECT_EQ(m.text, "hello");
}

TEST(Ingress, RefusesWhatHasNoChatSenderOrContent) {
  Inbound m = valid();
  m.from.chat_id.clear();
  EXPECT_EQ(code_of(m), Errc::invalid);
  m = valid();
  m.from.sender_id.clear();
  EXPECT_EQ(code_of(m), Errc::invalid);
  m = valid();
  m.text = " \n\t\x01";
  EXPECT_EQ(code_of(m), Errc::invalid);
}

TEST(Ingress, AnAttachmentsNameIsOneLineAndItsReferenceBounded) {
  Inbound m = valid();
  m.attachments.push_back({"image/png\n", "a\nb\xff.png", "ref", 1});
  ASSERT_FALSE(admit(m, {}).has_error());
  EXPECT_EQ(m.attachments[0].name, "ab\xef\xbf\xbd.png");
  EXPECT_EQ(m.attachments[0].mime, "image/png");
  m.attachments[0].ref = std::string(5000, 'x');
  EXPECT_EQ(admit(m, {}).error().code, Errc::too_large);
}

TEST(Ingress, AnAttachmentIsContentEnough) {
  Inbound m = valid();
  m.text.clear();
  m.attachments.push_back({"image/png", "cat.png", "ref", 1});
  EXPECT_FALSE(admit(m, {}).has_error());
}

TEST(Ingress, RefusesWhatIsOverABound) {
  const IngressLimits limits;
  Inbound m = valid();
  m.text.assign(limits.text_bytes, 'x');
  EXPECT_FALSE(admit(m, limits).has_error());
  m.text += 'x';
  EXPECT_EQ(code_of(m), Errc::too_large);
  for (auto id : {&Inbound::message_id, &Inbound::event_id, &Inbound::reply_to}) {
    m = valid();
    (m.*id).assign(limits.id_bytes + 1, '1');
    EXPECT_EQ(code_of(m), Errc::too_large);
  }
  m = valid();
  m.extra_json.assign(limits.extra_bytes + 1, ' ');
  EXPECT_EQ(code_of(m), Errc::too_large);
  m = valid();
  m.attachments.resize(limits.attachments + 1);
  EXPECT_EQ(code_of(m), Errc::too_large);
}

TEST(Ingress, RefusesControlCharactersInIds) {
  Inbound m = valid();
  m.from.chat_id =
      "c\x1f"
      "1";
  EXPECT_EQ(code_of(m), Errc::invalid);
  m = valid();
  m.from.thread_id = std::string("t\0", 2);
  EXPECT_EQ(code_of(m), Errc::invalid);
}

TEST(Ingress, DropsControlCharactersAndReplacesInvalidUtf8InText) {
  Inbound m = valid();
  m.text =
      "a\x07"
      "b\n\tc\x7f\xff";
  ASSERT_FALSE(admit(m, {}).has_error());
  EXPECT_EQ(m.text, "ab\n\tc\xef\xbf\xbd");
}

TEST(Ingress, ALongSenderNameIsCutToValidUtf8) {
  Inbound m = valid();
  for (int i = 0; i < 200; ++i) m.sender_name += "\xc3\xa4";
  m.sender_name.insert(0, "x");
  ASSERT_FALSE(admit(m, {}).has_error());
  EXPECT_EQ(m.sender_name, render::valid_utf8(m.sender_name));
  EXPECT_LE(m.sender_name.size(), IngressLimits{}.id_bytes + 2);
}

}  // namespace
}  // namespace openclaw::pipeline
