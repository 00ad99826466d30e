#include "payload.hpp"

#include "whatsapp_fixture.hpp"

namespace openclaw::whatsapp {
namespace {

class PayloadTest : public WhatsAppFixture {
 protected:
  static Payload decode(const std::string& body) {
    const auto payload = decode_payload(body);
    EXPECT_TRUE(payload) << body;
    return payload.value_or(Payload{});
  }
  /// The only message of a payload whose type-specific part is `fields`.
  static Incoming only(json fields) {
    fields.update({{"from", kAnn}, {"id", "wamid.IN"}, {"timestamp", "1749416383"}});
    Payload payload = decode(texts({fields}));
    EXPECT_EQ(payload.messages.size(), 1U) << fields;
    return payload.messages.empty() ? Incoming{} : payload.messages[0];
  }
  static std::size_t ignored(json fields) {
    fields.update({{"from", kAnn}, {"id", "wamid.IN"}, {"timestamp", "1749416383"}});
    const Payload payload = decode(texts({fields}));
    EXPECT_TRUE(payload.messages.empty());
    return payload.ignored;
  }
};

TEST_F(PayloadTest, ATextWithAllThatIsKnownOfIt) {
  json m = text("café 😀");
  m["context"] = {{"from", "15550783881"}, {"id", "wamid.BEFORE"}};
  const Payload payload = decode(texts({m}));
  ASSERT_EQ(payload.messages.size(), 1U);
  const Incoming& in = payload.messages[0];
  EXPECT_EQ(in.text, "café 😀");
  EXPECT_EQ(in.wamid, "wamid.IN");
  EXPECT_EQ(in.chat_id, kAnn);
  EXPECT_EQ(in.sender_id, kAnn);
  EXPECT_EQ(in.sender_name, "Ann");
  EXPECT_EQ(in.reply_to, "wamid.BEFORE");
  EXPECT_EQ(in.phone_number_id, kNumber);
  EXPECT_EQ(in.ts_ms, INT64_C(1749416383000));
  EXPECT_EQ(in.flags, 0U);
}

TEST_F(PayloadTest, EveryEntryChangeAndMessageIsWalked) {
  json root = json::parse(
      payload({value_of({text("1", "wamid.1"), text("2", "wamid.2")}), value_of({text("3")})}));
  root["entry"].push_back(json::parse(texts({text("4", "wamid.4")}))["entry"][0]);
  std::string all;
  for (const Incoming& in : decode(root.dump()).messages) all += in.text;
  EXPECT_EQ(all, "1234");
}

TEST_F(PayloadTest, MediaBecomesAnAttachmentAndItsCaptionTheText) {
  for (const char* type : {"image", "video", "document", "audio", "sticker"}) {
    const Incoming in = only({{"type", type},
                              {type,
                               {{"id", "1003383421387256"},
                                {"mime_type", "x/y"},
                                {"caption", "Taj Mahal"},
                                {"filename", "a.pdf"},
                                {"sha256", "abc"}}}});
    EXPECT_EQ(in.text, "Taj Mahal") << type;
    ASSERT_EQ(in.attachments.size(), 1U) << type;
    EXPECT_EQ(in.attachments[0].media_id, "1003383421387256");
    EXPECT_EQ(in.attachments[0].mime, "x/y");
    EXPECT_EQ(in.attachments[0].name, "a.pdf");
  }
}

TEST_F(PayloadTest, ButtonsAndListsSayWhatThePersonChose) {
  EXPECT_EQ(only({{"type", "button"}, {"button", {{"payload", "U"}, {"text", "Stop"}}}}).text,
            "Stop");
  EXPECT_EQ(only({{"type", "interactive"},
                  {"interactive",
                   {{"type", "button_reply"}, {"button_reply", {{"id", "c"}, {"title", "No"}}}}}})
                .text,
            "No");
  EXPECT_EQ(only({{"type", "interactive"},
                  {"interactive",
                   {{"type", "list_reply"},
                    {"list_reply", {{"title", "Express"}, {"description", "1 day"}}}}}})
                .text,
            "Express\n1 day");
}

TEST_F(PayloadTest, PlacesContactsAndOrdersArePutIntoWords) {
  EXPECT_EQ(only({{"type", "location"},
                  {"location",
                   {{"name", "Philz"},
                    {"address", "101 Forest"},
                    {"latitude", 37.5},
                    {"longitude", -122.25},
                    {"url", "https://p.example/"}}}})
                .text,
            "Location: Philz, 101 Forest (37.5, -122.25) https://p.example/");
  EXPECT_EQ(only({{"type", "location"}, {"location", {{"latitude", 1.5}, {"longitude", 2}}}}).text,
            "Location: 1.5, 2");
  EXPECT_EQ(only({{"type", "contacts"},
                  {"contacts",
                   {{{"name", {{"formatted_name", "Lucía Gómez"}}},
                     {"org", {{"company", "Acme"}}},
                     {"phones", {{{"phone", "+1 983"}}}}}}}})
                .text,
            "Contact: Lucía Gómez, Acme, +1 983");
  EXPECT_EQ(only({{"type", "order"},
                  {"order",
                   {{"text", "soon please"},
                    {"product_items",
                     {{{"product_retailer_id", "di9"},
                       {"quantity", 2},
                       {"item_price", 30},
                       {"currency", "USD"}}}}}}})
                .text,
            "Order: 2 x di9 (30 USD each)\nsoon please");
}

TEST_F(PayloadTest, WhatHoldsNothingForAnAgentIsCountedOnly) {
  EXPECT_EQ(ignored({{"type", "reaction"}, {"reaction", {{"emoji", "👍"}}}}), 1U);
  EXPECT_EQ(ignored({{"type", "unsupported"}, {"errors", {{{"code", 131051}}}}}), 1U);
  EXPECT_EQ(ignored({{"type", "system"}, {"system", {{"body", "changed number"}}}}), 1U);
  EXPECT_EQ(ignored({{"type", "text"}, {"text", 7}}), 1U);
  EXPECT_EQ(ignored({{"type", "image"}, {"image", json::object()}}), 1U);
}

TEST_F(PayloadTest, AGroupIsAChatOfItsOwnAndAnAnswerToUsAddressesUs) {
  json m = text("hi");
  m["group_id"] = "Y2FwaV9ncm91cDoxODA1";
  Incoming in = decode(texts({m})).messages.at(0);
  EXPECT_EQ(in.chat_id, "Y2FwaV9ncm91cDoxODA1");
  EXPECT_EQ(in.sender_id, kAnn);
  EXPECT_EQ(in.flags, OC_MSG_GROUP);
  m["context"] = {{"from", "15550783881"}, {"id", "wamid.OURS"}};
  EXPECT_EQ(decode(texts({m})).messages.at(0).flags, OC_MSG_GROUP | OC_MSG_MENTIONED);
}

TEST_F(PayloadTest, StatusesAndErrorsComeWithTheirCodes) {
  const json value = {{"statuses",
                       {{{"id", "wamid.A"}, {"status", "sent"}},
                        {{"id", "wamid.B"},
                         {"status", "failed"},
                         {"errors", {{{"code", 131049}, {"title", "not delivered"}}}}},
                        {{"status", "read"}}}},
                      {"errors", {{{"code", 130429}, {"title", "Rate limit hit"}}}}};
  const Payload out = decode(payload({value}));
  ASSERT_EQ(out.statuses.size(), 2U);
  EXPECT_EQ(out.statuses[1].code, 131049);
  EXPECT_EQ(out.statuses[1].title, "not delivered");
  ASSERT_EQ(out.errors.size(), 1U);
  EXPECT_EQ(out.errors[0].code, 130429);
}

TEST_F(PayloadTest, OtherFieldsAreAcknowledgedAndOtherObjectsAreNotOurs) {
  json root = json::parse(texts({text("hi")}));
  root["entry"][0]["changes"][0]["field"] = "group_lifecycle_update";
  EXPECT_TRUE(decode(root.dump()).messages.empty());
  root["object"] = "page";
  EXPECT_FALSE(decode_payload(root.dump()));
  for (const char* body : {"", "{", "[]", "null", "7", "\xff"}) EXPECT_FALSE(decode_payload(body));
}

TEST_F(PayloadTest, FieldsOfAWrongTypeCountAsAbsent) {
  for (
      const char* body :
      {R"({"object":"whatsapp_business_account","entry":7})",
       R"({"object":"whatsapp_business_account","entry":[7,{"changes":[null,{"field":"messages"}]}]})",
       R"({"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":
            {"messages":[1,"x",{"from":7,"id":8}],"statuses":[[]],"errors":[2],"contacts":{}}}]}]})"}) {
    EXPECT_TRUE(decode(body).messages.empty());
  }
}

TEST(Incoming, TheNumberThatWasWrittenToIsKeptWithTheMessage) {
  Incoming in;
  in.phone_number_id = "106540352242922";
  const IncomingView view(in);
  const auto extra = view.message().extra_json;
  EXPECT_EQ(number_in({extra.ptr, extra.len}), "106540352242922");
  EXPECT_EQ(number_in(""), "");
  EXPECT_EQ(number_in("[]"), "");
  EXPECT_EQ(number_in("{"), "");
}

}  // namespace
}  // namespace openclaw::whatsapp
