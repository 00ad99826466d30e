// Files that several gateways keep together: one uploaded here is read, sent and erased there.
#include <algorithm>

#include "file_index.hpp"
#include "webchat_fixture.hpp"

namespace openclaw::webchat {
namespace {

class SharedFiles : public WebChatFixture {
 protected:
  void SetUp() override {
    host.leases_granted = false;
    host.other_gateways = 1;
    WebChatFixture::SetUp();
  }
  json list() {
    const auto it = host.state.find("files");
    return it == host.state.end() ? json::array() : json::parse(it->second.bytes)["files"];
  }
  /// As another gateway writes it: what is there has its bytes, of the others one part.
  void put(const std::string& id, const std::string& owner, const json& state) {
    json entry = {{"id", id},        {"owner", owner},
                  {"name", "a.png"}, {"mime", "image/png"},
                  {"bytes", 3},      {"since", 4'000'000'000'000}};
    entry.update(state);
    json files = json::array();
    for (const auto& one : list()) {
      if (one["id"] != id) files.push_back(one);
    }
    files.push_back(entry);
    auto& value = host.state["files"];
    value = {json{{"files", files}}.dump(), value.version + 1};
    host.state["file/" + id + "/0"] = {"abc", 1};
  }
  void take_out(const std::string& id) {
    json files = json::array();
    for (const auto& one : list()) {
      if (one["id"] != id) files.push_back(one);
    }
    auto& value = host.state["files"];
    value = {json{{"files", files}}.dump(), value.version + 1};
    host.state.erase("file/" + id + "/0");
  }
  bool listed(const std::string& id) {
    const json files = list();
    return std::any_of(files.begin(), files.end(), [&](const json& f) { return f["id"] == id; });
  }
  std::string upload(oc_op ws, const std::string& bytes) {
    host.ws_message(ws, json{{"type", "file"},
                             {"id", "upload-1"},
                             {"name", "b.png"},
                             {"mime", "image/png"},
                             {"bytes", bytes.size()}}
                            .dump());
    host.ws_message(ws, bytes, true);
    const auto frames = got(ws, "upload");
    return frames.empty() || frames.back()["done"] != true ? "" : frames.back()["file"];
  }
  static inline const std::string kA = std::string(32, 'a'), kB = std::string(32, 'b');
  static inline const std::string kRun = std::string(16, '1');
};

TEST_F(SharedFiles, WhatCameToAnotherGatewayIsReadAndSentHere) {
  const oc_op ws = join();
  put(kA, chat(ws), {{"there", true}});
  const oc_op fetch = host.fetch({"image/png", "a.png", kA, 0}, 100);
  host.run();
  ASSERT_NE(host.completion(fetch), nullptr);
  EXPECT_EQ(host.completion(fetch)->body, "abc");
  put(kB, chat(ws), {{"there", true}});
  host.ws_message(ws, json{{"type", "message"}, {"id", "message-1"}, {"files", {kB}}}.dump());
  ASSERT_EQ(host.submitted.size(), 1U);
  EXPECT_EQ(host.submitted[0].message.attachments.at(0).ref, kB);
}

TEST_F(SharedFiles, APageGetsItFromAnyGatewayAndNobodyElseDoes) {
  const oc_op ws = join();
  const oc_op stranger = join({}, "another-person-with-a-token");
  put(kA, chat(ws), {{"there", true}});
  host.ws_message(stranger, json{{"type", "get_file"}, {"file", kA}, {"part", 0}}.dump());
  EXPECT_EQ(got(stranger, "error").at(0)["code"], "file_gone");
  host.ws_message(ws, json{{"type", "get_file"}, {"file", kA}, {"part", 0}}.dump());
  EXPECT_EQ(got(ws, "file").size(), 1U);
  EXPECT_EQ(host.ws_sent[ws].back(), "abc");
}

TEST_F(SharedFiles, WhatTwoGatewaysListIsKept) {
  const oc_op ws = join();
  const std::string first = upload(ws, "one");
  put(kA, "somebody", {{"there", true}});
  const std::string second = upload(ws, "two");
  EXPECT_TRUE(listed(first) && listed(second) && listed(kA)) << list().dump();
}

TEST_F(SharedFiles, WhatAnotherGatewayErasedIsNotListedAgain) {
  const oc_op ws = join();
  const std::string first = upload(ws, "one");
  take_out(first);
  const std::string second = upload(ws, "two");
  EXPECT_FALSE(listed(first));
  EXPECT_TRUE(listed(second));
}

TEST_F(SharedFiles, WhatArrivesElsewhereIsLeftAloneUntilThatGatewayEnds) {
  const oc_op ws = join();
  put(kA, chat(ws), {{"run", kRun}});
  const std::string mine = upload(ws, "one");
  host.advance(3'600'000);
  EXPECT_TRUE(listed(kA));
  EXPECT_EQ(host.state.count("file/" + kA + "/0"), 1U);
  EXPECT_TRUE(host.wanted.contains("files/" + kRun));
  host.grant("files/" + kRun);
  host.run();
  EXPECT_FALSE(listed(kA));
  EXPECT_EQ(host.state.count("file/" + kA + "/0"), 0U);
  EXPECT_FALSE(host.wanted.contains("files/" + kRun));
  EXPECT_TRUE(listed(mine));
}

TEST_F(SharedFiles, WhatHasArrivedElsewhereByThenIsKept) {
  const oc_op ws = join();
  put(kA, chat(ws), {{"run", kRun}});
  upload(ws, "one");
  put(kA, chat(ws), {{"there", true}});
  host.grant("files/" + kRun);
  host.run();
  EXPECT_TRUE(listed(kA));
  const oc_op fetch = host.fetch({"image/png", "a.png", kA, 0}, 100);
  host.run();
  EXPECT_EQ(host.completion(fetch)->body, "abc");
}

TEST_F(SharedFiles, AnUploadThatAnotherGatewayTookForAbandonedIsAskedForAgain) {
  const oc_op ws = join();
  host.ws_message(ws, json{{"type", "file"},
                           {"id", "upload-1"},
                           {"name", "b.png"},
                           {"mime", "image/png"},
                           {"bytes", 3}}
                          .dump());
  const std::string id = got(ws, "upload").at(0)["file"];
  put(id, chat(ws), {{"run", kRun}});
  put(kA, "somebody", {{"there", true}});
  // Another upload makes this gateway read the list.
  const oc_op other = join({}, "another-person-with-a-token");
  EXPECT_NE(upload(other, "two"), "");
  host.ws_message(ws, "abc", true);
  EXPECT_EQ(got(ws, "error").back()["code"], "try_again");
}

TEST_F(SharedFiles, AFetchThatIsCancelledWhileTheListIsReadEndsOnce) {
  host.state_held = true;
  const oc_op fetch = host.fetch({"image/png", "a.png", kA, 0}, 100);
  host.run();
  host.cancel(fetch);
  host.release_state();
  host.run();
  ASSERT_NE(host.completion(fetch), nullptr);
  EXPECT_EQ(host.wrong_completions(), 0);
}

}  // namespace
}  // namespace openclaw::webchat
