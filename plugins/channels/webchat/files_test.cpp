// Files of a person: uploaded, sent, shown again, read by the host, gone.
#include <algorithm>

#include "file_index.hpp"
#include "webchat_fixture.hpp"

namespace openclaw::webchat {
namespace {

const std::string kOther = "another-person-with-a-token";

class WebChatFiles : public WebChatFixture {
 protected:
  void announce(oc_op ws, std::uint64_t bytes, const std::string& name = "a.png",
                const std::string& mime = "image/png", const std::string& id = "upload-1") {
    host.ws_message(
        ws, json{{"type", "file"}, {"id", id}, {"name", name}, {"mime", mime}, {"bytes", bytes}}
                .dump());
  }
  /// The file's id, once all of it is there.
  std::string upload(oc_op ws, const std::string& bytes, const std::string& name = "a.png",
                     const std::string& mime = "image/png") {
    announce(ws, bytes.size(), name, mime);
    for (std::size_t at = 0; at < bytes.size(); at += kPartBytes) {
      host.ws_message(ws, bytes.substr(at, kPartBytes), true);
    }
    const auto frames = got(ws, "upload");
    EXPECT_FALSE(frames.empty());
    if (frames.empty()) return {};
    EXPECT_EQ(frames.back()["done"], true);
    return frames.back()["file"];
  }
  void say_with(oc_op ws, const std::vector<std::string>& files, const std::string& text = "",
                const std::string& id = "message-1") {
    host.ws_message(ws,
                    json{{"type", "message"}, {"id", id}, {"text", text}, {"files", files}}.dump());
  }
  void get(oc_op ws, const std::string& file, int part = 0) {
    host.ws_message(ws, json{{"type", "get_file"}, {"file", file}, {"part", part}}.dump());
  }
  std::string error(oc_op ws) {
    const auto errors = got(ws, "error");
    return errors.empty() ? "" : errors.back()["code"].get<std::string>();
  }
  const openclaw::testing::Completion& fetched(const std::string& file,
                                               std::uint64_t max_bytes = 1U << 25U) {
    const oc_op op = host.fetch({"image/png", "a.png", file, 0}, max_bytes);
    host.run();
    const auto* done = host.completion(op);
    static const openclaw::testing::Completion kNone{
        sdk::Failure{OC_E_DEADLINE, "never completed"}, {}, {}};
    return done == nullptr ? kNone : *done;
  }
  std::size_t parts_stored() {
    return static_cast<std::size_t>(
        std::count_if(host.state.begin(), host.state.end(),
                      [](const auto& entry) { return entry.first.starts_with("file/"); }));
  }
  static std::string bytes_of(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 % 251);
    return bytes;
  }
};

TEST_F(WebChatFiles, GoFromThePageToTheHostByteByByte) {
  const oc_op ws = join();
  const std::string bytes = bytes_of(2 * kPartBytes + 5);
  const std::string file = upload(ws, bytes);
  std::vector<std::uint64_t> received;
  for (const auto& frame : got(ws, "upload")) received.push_back(frame["received"]);
  EXPECT_EQ(received,
            (std::vector<std::uint64_t>{0, kPartBytes, 2 * kPartBytes, 2 * kPartBytes + 5}));
  say_with(ws, {file}, "look");
  ASSERT_EQ(host.submitted.size(), 1U);
  const auto& sent = host.submitted[0].message.attachments;
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].ref, file);
  EXPECT_EQ(sent[0].name, "a.png");
  EXPECT_EQ(sent[0].mime, "image/png");
  EXPECT_EQ(sent[0].bytes, bytes.size());
  EXPECT_EQ(fetched(file).body, bytes);
  EXPECT_FALSE(fetched(file).failure);
  const auto shown = got(ws, "message").at(0);
  EXPECT_EQ(shown["files"][0]["file"], file);
  EXPECT_EQ(shown["files"][0]["name"], "a.png");
}

TEST_F(WebChatFiles, AMessageMayHaveFilesAlone) {
  const oc_op ws = join();
  say_with(ws, {upload(ws, "x")});
  EXPECT_EQ(host.submitted.size(), 1U);
  EXPECT_EQ(host.submitted.at(0).message.text, "");
}

TEST_F(WebChatFiles, OnlyTheOwnerSendsReadsAndErasesThem) {
  const oc_op mine = join();
  const oc_op theirs = join({}, kOther);
  const std::string file = upload(mine, "secret");
  say_with(theirs, {file});
  EXPECT_EQ(error(theirs), "file_gone");
  EXPECT_TRUE(host.submitted.empty());
  get(theirs, file);
  EXPECT_EQ(got(theirs, "error").at(1)["code"], "file_gone");
  EXPECT_TRUE(got(theirs, "file").empty());
  host.ws_message(theirs, json{{"type", "drop_file"}, {"file", file}}.dump());
  EXPECT_EQ(fetched(file).body, "secret");
}

TEST_F(WebChatFiles, AreReadBackPartByPart) {
  const oc_op ws = join();
  const std::string bytes = bytes_of(kPartBytes + 7);
  const std::string file = upload(ws, bytes);
  const oc_op other_tab = join();
  get(other_tab, file, 0);
  get(other_tab, file, 1);
  get(other_tab, file, 2);
  const auto heads = got(other_tab, "file");
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0]["parts"], 2);
  EXPECT_EQ(heads[1]["part"], 1);
  EXPECT_EQ(heads[1]["bytes"], bytes.size());
  const auto& frames = host.ws_sent[other_tab];
  EXPECT_EQ(frames.at(frames.size() - 4) + frames.at(frames.size() - 2), bytes);
  EXPECT_EQ(error(other_tab), "file_gone") << "there are two parts";
}

TEST_F(WebChatFiles, TooLargeOrEmptyIsRefusedBeforeAByteIsSent) {
  const oc_op ws = join();
  EXPECT_EQ(got(ws, "welcome").at(0)["limits"]["file"], 10 * 1024 * 1024);
  announce(ws, 10 * 1024 * 1024 + 1);
  EXPECT_EQ(error(ws), "file_too_large");
  EXPECT_EQ(got(ws, "error").at(0)["id"], "upload-1");
  announce(ws, 0);
  EXPECT_EQ(error(ws), "empty_file");
  EXPECT_TRUE(host.state.empty());
  host.ws_message(ws, "x", true);
  EXPECT_EQ(error(ws), "unexpected_bytes");
}

TEST_F(WebChatFiles, APieceOfAnotherSizeEndsTheUpload) {
  const oc_op ws = join();
  announce(ws, 10);
  host.ws_message(ws, "123456789", true);
  EXPECT_EQ(error(ws), "bad_piece");
  EXPECT_EQ(parts_stored(), 0U);
  announce(ws, 10);
  host.ws_message(ws, "1234567890", true);
  EXPECT_EQ(got(ws, "upload").back()["done"], true) << "and the next may come";
}

TEST_F(WebChatFiles, OneUploadAtATimeAndConnection) {
  const oc_op ws = join();
  announce(ws, 10);
  announce(ws, 10, "b", "", "upload-2");
  EXPECT_EQ(error(ws), "upload_running");
  EXPECT_EQ(got(ws, "error").at(0)["id"], "upload-2");
}

TEST_F(WebChatFiles, WhatDidNotArriveGoesWithTheConnection) {
  const oc_op ws = join();
  announce(ws, 2 * kPartBytes);
  host.ws_message(ws, std::string(kPartBytes, 'x'), true);
  EXPECT_EQ(parts_stored(), 1U);
  const std::string file = got(ws, "upload").back()["file"];
  host.ws_closed(ws);
  host.run();
  EXPECT_EQ(parts_stored(), 0U);
  EXPECT_EQ(host.state.at("files").bytes.find(file), std::string::npos);
}

TEST_F(WebChatFiles, AnUploadEndsAfterTenMinutes) {
  const oc_op ws = join();
  announce(ws, 2 * kPartBytes);
  host.ws_message(ws, std::string(kPartBytes, 'x'), true);
  for (int i = 0; i < 9; ++i) {
    host.advance(60'000);
    host.ws_message(ws, R"({"type":"ping"})");
  }
  EXPECT_EQ(error(ws), "");
  host.advance(60'000);
  EXPECT_EQ(error(ws), "upload_timeout");
  EXPECT_EQ(parts_stored(), 0U);
}

TEST_F(WebChatFiles, TheOwnerTakesOneBack) {
  const oc_op ws = join();
  const std::string file = upload(ws, "x");
  host.ws_message(ws, json{{"type", "drop_file"}, {"file", file}}.dump());
  EXPECT_EQ(parts_stored(), 0U);
  say_with(ws, {file});
  EXPECT_EQ(error(ws), "file_gone");
  EXPECT_EQ(got(ws, "error").back()["id"], "message-1");
  announce(ws, 10);
  const std::string half = got(ws, "upload").back()["file"];
  host.ws_message(ws, json{{"type", "drop_file"}, {"file", half}}.dump());
  announce(ws, 3);
  host.ws_message(ws, "abc", true);
  EXPECT_EQ(got(ws, "upload").back()["done"], true);
}

TEST_F(WebChatFiles, GoAfterAWeek) {
  const oc_op ws = join();
  const std::string file = upload(ws, "x");
  const std::uint64_t week = std::uint64_t{7} * 24 * 3'600'000;
  host.advance(week - 60'000);
  EXPECT_EQ(fetched(file).body, "x");
  host.advance(120'000);
  ASSERT_TRUE(fetched(file).failure);
  EXPECT_EQ(fetched(file).failure->code, OC_E_NOTFOUND);
  EXPECT_EQ(parts_stored(), 0U);
}

TEST_F(WebChatFiles, OutliveARestartButNotHalfOfOne) {
  const oc_op ws = join();
  const std::string whole = upload(ws, "whole");
  announce(ws, 2 * kPartBytes);
  host.ws_message(ws, std::string(kPartBytes, 'x'), true);
  const std::string half = got(ws, "upload").back()["file"];
  // As a crash leaves it: nothing was told to end.
  FakeHost later;
  later.state = host.state;
  ASSERT_EQ(later.create(*oc_plugin_entry_1(0)->api, "webchat", "{}"), "");
  later.start();
  later.run();
  const oc_op op = later.fetch({"", "", whole, 0}, 100);
  later.run();
  ASSERT_NE(later.completion(op), nullptr);
  EXPECT_EQ(later.completion(op)->body, "whole");
  EXPECT_EQ(later.state.count("file/" + half + "/0"), 0U);
  EXPECT_EQ(later.state.count("file/" + whole + "/0"), 1U);
  EXPECT_EQ(later.state.at("files").bytes.find(half), std::string::npos);
}

TEST_F(WebChatFiles, AListOfAnotherKindIsToldAndLeftBehind) {
  FakeHost other;
  other.state["files"] = {"[]", 1};
  ASSERT_EQ(other.create(*oc_plugin_entry_1(0)->api, "webchat", "{}"), "");
  const oc_op op = other.start();
  ASSERT_NE(other.completion(op), nullptr);
  EXPECT_FALSE(other.completion(op)->failure);
  EXPECT_EQ(other.logs.back().event, "webchat.files_unreadable");
}

TEST_F(WebChatFiles, TheHostGetsNothingBeyondWhatItAskedFor) {
  const oc_op ws = join();
  const std::string file = upload(ws, "12345");
  ASSERT_TRUE(fetched(file, 4).failure);
  EXPECT_EQ(fetched(file, 4).failure->code, OC_E_TOOBIG);
  EXPECT_EQ(fetched(file, 5).body, "12345");
  ASSERT_TRUE(fetched("none").failure);
  EXPECT_EQ(fetched("none").failure->code, OC_E_NOTFOUND);
}

TEST_F(WebChatFiles, ADamagedFileIsNotFound) {
  const oc_op ws = join();
  const std::string file = upload(ws, "12345");
  host.state["file/" + file + "/0"].bytes = "1234";
  ASSERT_TRUE(fetched(file).failure);
  EXPECT_EQ(fetched(file).failure->code, OC_E_NOTFOUND);
  get(ws, file);
  EXPECT_EQ(error(ws), "file_gone");
}

TEST_F(WebChatFiles, AFetchEndsOnceWhenItIsCancelledOrTheChannelStops) {
  const oc_op ws = join();
  const std::string file = upload(ws, bytes_of(3 * kPartBytes));
  const oc_op cancelled = host.fetch({"", "", file, 0}, 1U << 25U);
  host.cancel(cancelled);
  const oc_op stopped = host.fetch({"", "", file, 0}, 1U << 25U);
  host.stop();
  host.run();
  for (const oc_op op : {cancelled, stopped}) ASSERT_NE(host.completion(op), nullptr);
  EXPECT_EQ(host.open_ops(), 0U);
  EXPECT_EQ(host.wrong_completions(), 0);
}

TEST_F(WebChatFiles, NoMoreThanSixteenAreReadAtOnce) {
  const oc_op ws = join();
  const std::string file = upload(ws, bytes_of(3 * kPartBytes));
  std::vector<oc_op> ops;
  host.state_held = true;
  for (int i = 0; i < 17; ++i) ops.push_back(host.fetch({"", "", file, 0}, 1U << 25U));
  host.release_state();
  for (const oc_op op : ops) ASSERT_NE(host.completion(op), nullptr);
  ASSERT_TRUE(host.completion(ops.back())->failure);
  EXPECT_EQ(host.completion(ops.back())->failure->code, OC_E_AGAIN);
  EXPECT_EQ(host.completion(ops.back())->failure->flags, OC_EF_RETRY);
  ops.pop_back();
  for (const oc_op op : ops) EXPECT_FALSE(host.completion(op)->failure);
  EXPECT_FALSE(fetched(file, 1U << 25U).failure) << "there is room again";
}

TEST_F(WebChatFiles, WhoMayNotSpeakMayNotUpload) {
  host.auto_history = false;
  const oc_op ws = join();
  host.fail(host.history_ops.at(0), {OC_E_AUTH, "refused"});
  announce(ws, 10);
  host.fail(host.history_ops.at(1), {OC_E_AUTH, "refused"});
  EXPECT_EQ(error(ws), "no_access");
  EXPECT_EQ(got(ws, "error").back()["id"], "upload-1");
  EXPECT_TRUE(host.state.empty());
  announce(ws, 10);
  host.answer_history(host.history_ops.at(2));  // let in meanwhile
  EXPECT_EQ(got(ws, "upload").size(), 1U);
}

TEST_F(WebChatFiles, AreShownFromTheTranscriptWithoutItsLines) {
  host.history_json =
      json::array({{{"id", 1},
                    {"role", "user"},
                    {"text", "look\n[image/png: a.png]\n[file]"},
                    {"ts", 5},
                    {"meta",
                     {{"instance", "webchat"},
                      {"attachments",
                       {{{"mime", "image/png"}, {"name", "a.png"}, {"ref", "r1"}, {"bytes", 7}},
                        {{"mime", ""}, {"name", ""}, {"ref", "r2"}, {"bytes", 0}}}}}}},
                   {{"id", 2},
                    {"role", "user"},
                    {"text", "[a/b: c]"},
                    {"ts", 6},
                    {"meta",
                     {{"instance", "telegram"},
                      {"attachments",
                       {{{"mime", "a/b"}, {"name", "c"}, {"ref", "theirs"}, {"bytes", 7}}}}}}},
                   {{"id", 3},
                    {"role", "user"},
                    {"text", "[a/b: c]"},
                    {"ts", 7},
                    {"meta", json::object()}}})
          .dump();
  const json history = got(join(), "welcome").at(0)["history"];
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0]["text"], "look");
  EXPECT_EQ(history[0]["files"][0]["file"], "r1");
  EXPECT_EQ(history[0]["files"][1]["file"], "r2");
  EXPECT_EQ(history[1]["text"], "");
  EXPECT_FALSE(history[1]["files"][0].contains("file")) << "of another channel";
  EXPECT_EQ(history[2]["text"], "[a/b: c]") << "a person's own words";
}

TEST_F(WebChatFiles, TheRateOfUploadsAndReadsIsBounded) {
  const oc_op ws = join();
  std::string file;
  for (int i = 0; i < 20; ++i) file = upload(ws, "x");
  announce(ws, 1);
  EXPECT_EQ(error(ws), "rate_limited");
  EXPECT_GT(got(ws, "error").back()["retryAfterMs"], 0);
  const oc_op reader = join();
  for (int i = 0; i < 480; ++i) get(reader, file);
  EXPECT_EQ(got(reader, "file").size(), 480U);
  get(reader, file);
  EXPECT_EQ(got(reader, "error").back()["code"], "rate_limited");
  EXPECT_EQ(got(reader, "error").back()["file"], file);
  EXPECT_EQ(closed(reader), 0U) << "reading a large file is no flood";
}

TEST_F(WebChatFiles, LimitsAreConfigured) {
  FakeHost other;
  for (const char* config : {R"({"maxFileMb":0})", R"({"maxFileMb":26})", R"({"maxFileMb":"1"})",
                             R"({"filesMaxMb":49})"}) {
    FakeHost refusing;
    EXPECT_NE(refusing.create(*oc_plugin_entry_1(0)->api, "webchat", config), "") << config;
  }
  ASSERT_EQ(other.create(*oc_plugin_entry_1(0)->api, "webchat", R"({"maxFileMb":1})"), "");
  other.start();
  const oc_op ws = other.ws_open("/channels/webchat/ws");
  other.ws_message(ws, json{{"type", "hello"}, {"protocol", 1}, {"token", kToken}}.dump());
  EXPECT_EQ(json::parse(other.ws_sent[ws].at(0))["limits"]["file"], 1024 * 1024);
}

}  // namespace
}  // namespace openclaw::webchat
