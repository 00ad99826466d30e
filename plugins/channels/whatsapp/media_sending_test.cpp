// Messages that show what an address leads to, from the host's side.
#include "whatsapp_fixture.hpp"

namespace openclaw::whatsapp {
namespace {

constexpr const char* kUrl = "https://example.org/a";

class SendingMedia : public WhatsAppFixture {
 protected:
  void SetUp() override { start(); }
  static OwnedMessage media(const std::string& mime, const std::string& caption = "look") {
    OwnedMessage m = message(caption);
    m.attachments = {{mime, "a.pdf", kUrl, 0}};
    return m;
  }
  json body() { return json::parse(open_calls().at(0)->body); }
  static json text_body() {
    return {{"body", std::string("look\n") + kUrl}, {"preview_url", true}};
  }
};

TEST_F(SendingMedia, SoundGoesAloneAndWithWordsAsText) {
  OwnedMessage m = media("audio/mpeg");
  m.text.clear();
  host.send(m);
  EXPECT_EQ(body()["audio"], (json{{"link", kUrl}}));
  answer(kSent);
  m.text = "your invoice, read aloud";
  host.send(m);
  EXPECT_EQ(body()["text"]["body"], "your invoice, read aloud\n" + std::string(kUrl));
}

TEST_F(SendingMedia, GoesAsWhatItsTypeSays) {
  struct Row {
    const char* mime;
    const char* type;
    json expected;
  };
  const json captioned = {{"link", kUrl}, {"caption", "look"}};
  for (const Row& row :
       {Row{"image/jpeg", "image", captioned}, Row{"video/mp4", "video", captioned},
        Row{"application/pdf",
            "document",
            {{"link", kUrl}, {"caption", "look"}, {"filename", "a.pdf"}}}}) {
    OwnedMessage m = media(row.mime);
    m.reply_to = "wamid.ABC";
    const oc_op op = host.send(m);
    EXPECT_EQ(body(), (json{{"messaging_product", "whatsapp"},
                            {"recipient_type", "individual"},
                            {"to", kAnn},
                            {"type", row.type},
                            {"context", {{"message_id", "wamid.ABC"}}},
                            {row.type, row.expected}}));
    answer(kSent);
    EXPECT_TRUE(succeeded(op)) << row.mime;
  }
}

TEST_F(SendingMedia, ATypeThatWouldFailLaterIsItsAddressAtOnce) {
  for (const char* mime : {"image/gif", "image/svg+xml", "image/webp", "video/webm", "audio/wav",
                           "text/html", "application/octet-stream", ""}) {
    host.send(media(mime));
    EXPECT_EQ(body()["type"], "text") << mime;
    EXPECT_EQ(body()["text"], text_body()) << mime;
    answer(kSent);
  }
}

TEST_F(SendingMedia, WithoutACaptionThereIsNone) {
  host.send(media("image/png", ""));
  EXPECT_EQ(body()["image"], (json{{"link", kUrl}}));
}

TEST_F(SendingMedia, WhatMetaDoesNotTakeIsSentAsTextAtOnce) {
  for (const int code : {100, 131009, 131051, 131052, 131053}) {
    const oc_op op = host.send(media("image/png"));
    answer_error(400, code);
    EXPECT_EQ(host.completion(op), nullptr) << code;
    EXPECT_EQ(body()["text"], text_body());
    answer(kSent);
    EXPECT_TRUE(succeeded(op)) << code;
  }
  const oc_op both = host.send(media("image/png"));
  answer_error(400, 131053);
  answer_error(400, 131026);
  EXPECT_EQ(failure(both).code, OC_E_REFUSED);
}

TEST_F(SendingMedia, WhatIsWrongWithTheChatOrMayHaveArrivedIsNotSaidAgain) {
  const oc_op outside = host.send(media("image/png"));
  answer_error(400, 131047);
  EXPECT_EQ(failure(outside).code, OC_E_REFUSED);
  const oc_op server = host.send(media("image/png"));
  answer_error(500, 131053);
  EXPECT_EQ(failure(server).flags, OC_EF_MAYBE_DONE);
  EXPECT_TRUE(open_calls().empty());
}

}  // namespace
}  // namespace openclaw::whatsapp
