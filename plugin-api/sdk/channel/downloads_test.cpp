// Fetches in a channel whose attachments' references are addresses, or are looked up first.
#include "openclaw/cpp/channel/downloads.hpp"

#include <gmock/gmock.h>

#include "openclaw/cpp/waiting_op.hpp"
#include "openclaw/testing/fake_host.hpp"

namespace openclaw::sdk {
namespace {

class Fetcher final : public Channel {
 public:
  Fetcher(Host& h, std::string_view /*name*/, std::string_view /*config_json*/)
      : Channel(h),
        lookups_(h),
        downloads_(h, "the test", [this](std::string_view ref, Downloads::Found found) {
          return look_up(std::string(ref), std::move(found));
        }) {
    lookups_.on_ended([this] { check_stopped(); });
    downloads_.on_ended([this] { check_stopped(); });
  }
  void send(oc_op op, const oc_message& /*message*/) override { host().complete(op); }
  void cancel(oc_op op) override { downloads_.cancel(op); }
  void fetch(oc_op op, const oc_attachment& attachment, std::uint64_t max_bytes) override {
    downloads_.fetch(op, attachment, max_bytes);
  }
  void stop(oc_op op) override {
    stop_.begin(op);
    downloads_.stop();
    host().post([this] { check_stopped(); });
  }

 private:
  std::variant<Download, Failure, Downloads::Asking> look_up(const std::string& ref,
                                                             Downloads::Found found) {
    if (ref == "bad") return Failure{OC_E_INVAL, "no address"};
    if (ref.substr(0, 7) != "lookup:") {
      Download download{ref};
      download.genuine = [](const std::string& body) { return body != "forged"; };
      return download;
    }
    HttpRequest request;
    request.url = "https://lookup/";
    const auto call = lookups_.begin(request, [url = ref.substr(7), found = std::move(found)](
                                                  const std::optional<Failure>& failure,
                                                  std::uint32_t, const std::string& body) {
      if (failure) return found(lookup_failure(*failure));
      Download download{url};
      download.bytes = body.size();
      download.mime = "image/PNG; q=1";
      download.signed_address = true;
      found(std::move(download));
    });
    return [this, call] { lookups_.cancel(call); };
  }
  void check_stopped() {
    if (downloads_.idle() && lookups_.under_way() == 0) stop_.end();
  }
  HttpCalls lookups_;
  Downloads downloads_;
  WaitingOp stop_{host()};
};

class Fetching : public ::testing::Test {
 protected:
  Fetching() {
    EXPECT_EQ(host.create(PluginApi<Fetcher, ChannelSlots<Fetcher>>::table, "fetcher", "{}"), "");
  }
  oc_op fetch(const std::string& ref, std::uint64_t max_bytes = 100, std::uint64_t bytes = 0,
              const std::string& mime = "") {
    return host.fetch({mime, "a.bin", ref, bytes}, max_bytes);
  }
  const Failure& failure(oc_op op) {
    const auto* done = host.completion(op);
    static const Failure kNone{OC_OK, "it did not fail"};
    return done != nullptr && done->failure ? *done->failure : kNone;
  }
  oc_op call() { return host.last_http()->op; }

  testing::FakeHost host;
};

TEST_F(Fetching, BringsTheBytesWithinTheBound) {
  const oc_op op = fetch("https://x/a", 3);
  EXPECT_EQ(host.last_http()->method, "GET");
  EXPECT_EQ(host.last_http()->max_bytes, 3U);
  EXPECT_EQ(host.last_http()->connect_ms, Downloads::kConnectMs);
  EXPECT_EQ(host.last_http()->first_byte_ms, Downloads::kSilentMs);
  EXPECT_EQ(host.last_http()->idle_ms, Downloads::kSilentMs);
  EXPECT_EQ(host.last_http()->total_ms, Downloads::kTotalMs);
  EXPECT_EQ(host.completion(op), nullptr);
  host.respond(call(), 200, std::string("a\0b", 3));
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_FALSE(host.completion(op)->failure);
  EXPECT_EQ(host.completion(op)->body, std::string("a\0b", 3));
  EXPECT_EQ(host.completion(op)->json, "");
}

TEST_F(Fetching, TheLookupAndTheBytesTogetherTakeLessThanTheHostsMinute) {
  static_assert(Downloads::kTotalMs < 60'000 && Downloads::kLookupMs < Downloads::kTotalMs);
  fetch("lookup:https://x/a");
  host.advance(14'000);
  host.respond(call(), 200, "");
  EXPECT_EQ(host.last_http()->url, "https://x/a");
  EXPECT_EQ(host.last_http()->total_ms, Downloads::kTotalMs - 14'000);
}

TEST_F(Fetching, WhatIsKnownToBeTooLargeIsNotAskedFor) {
  EXPECT_EQ(failure(fetch("https://x/a", 100, 101)).code, OC_E_TOOBIG);
  EXPECT_EQ(failure(fetch("https://x/a", 0)).code, OC_E_TOOBIG);
  EXPECT_TRUE(host.http.empty());
  const oc_op looked_up = fetch("lookup:https://x/a", 3);
  host.respond(call(), 200, "four");
  EXPECT_EQ(failure(looked_up).code, OC_E_TOOBIG);
  EXPECT_EQ(failure(looked_up).flags, OC_EF_NOT_DONE);
  EXPECT_EQ(host.http.size(), 1U);
}

TEST_F(Fetching, WhatTurnsOutToBeTooLargeIsTooLarge) {
  const oc_op cut = fetch("https://x/a", 3);
  host.fail(call(), {OC_E_TOOBIG, "the response's body is too large", OC_EF_MAYBE_DONE});
  EXPECT_EQ(failure(cut).code, OC_E_TOOBIG);
  EXPECT_EQ(failure(cut).flags, OC_EF_NOT_DONE);
  const oc_op whole = fetch("https://x/a", 3);
  host.respond(call(), 200, "four");
  EXPECT_EQ(failure(whole).code, OC_E_TOOBIG);
}

TEST_F(Fetching, StatusesAreToldApart) {
  struct Row {
    std::uint32_t status;
    const char* ref;
    oc_status code;
    std::uint32_t flags;
  };
  constexpr std::uint32_t kAgain = OC_EF_NOT_DONE | OC_EF_RETRY;
  for (const Row& row :
       {Row{404, "https://x/", OC_E_NOTFOUND, OC_EF_NOT_DONE},
        Row{410, "https://x/", OC_E_NOTFOUND, OC_EF_NOT_DONE},
        Row{401, "https://x/", OC_E_AUTH, OC_EF_NOT_DONE},
        Row{403, "https://x/", OC_E_AUTH, OC_EF_NOT_DONE},
        Row{403, "lookup:https://x/", OC_E_NOTFOUND, OC_EF_NOT_DONE},
        Row{302, "https://x/", OC_E_REFUSED, OC_EF_NOT_DONE},
        Row{206, "https://x/", OC_E_REFUSED, OC_EF_NOT_DONE},
        Row{429, "https://x/", OC_E_RATE, kAgain}, Row{500, "https://x/", OC_E_NET, kAgain},
        Row{503, "https://x/", OC_E_NET, kAgain}}) {
    const oc_op op = fetch(row.ref);
    if (host.last_http()->url == "https://lookup/") host.respond(call(), 200, "");
    host.respond(call(), row.status, "x");
    EXPECT_EQ(failure(op).code, row.code) << row.status;
    EXPECT_EQ(failure(op).flags, row.flags) << row.status;
  }
}

TEST_F(Fetching, AFailureInTransportHasHadNoEffect) {
  for (const oc_status code : {OC_E_NET, OC_E_DEADLINE, OC_E_AUTH}) {
    const oc_op op = fetch("https://x/a");
    host.fail(call(), {code, "why", OC_EF_MAYBE_DONE | OC_EF_RETRY});
    EXPECT_EQ(failure(op).code, code);
    EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE | (code == OC_E_AUTH ? 0U : OC_EF_RETRY));
  }
}

TEST_F(Fetching, ForgedBytesAreNotHandedOn) {
  const oc_op op = fetch("https://x/a");
  host.respond(call(), 200, "forged");
  EXPECT_EQ(failure(op).code, OC_E_NET);
}

TEST_F(Fetching, TheTypeIsThePlatformsElseWhatTheServerSaysOfAnUnknownOne) {
  const oc_op looked_up = fetch("lookup:https://x/a", 100, 0, "image/jpeg");
  host.respond(call(), 200, "");
  host.respond(call(), 200, "x", {{"content-type", "text/html"}});
  EXPECT_EQ(host.completion(looked_up)->json, R"({"mime":"image/png"})");
  const oc_op unknown = fetch("https://x/a", 100, 0, "application/octet-stream");
  host.respond(call(), 200, "x", {{"Content-Type", "Text/Plain; charset=utf-8"}});
  EXPECT_EQ(host.completion(unknown)->json, R"({"mime":"text/plain"})");
  const oc_op known = fetch("https://x/a", 100, 0, "image/jpeg");
  host.respond(call(), 200, "x", {{"content-type", "text/html"}});
  EXPECT_EQ(host.completion(known)->json, "");
  const oc_op nothing = fetch("https://x/a");
  host.respond(call(), 200, "x", {{"content-type", "application/octet-stream"}});
  EXPECT_EQ(host.completion(nothing)->json, "");
}

TEST_F(Fetching, TheSeventeenthIsToComeBack) {
  for (std::size_t i = 0; i < Downloads::kMaxOpen; ++i) fetch("https://x/a");
  const oc_op op = fetch("https://x/a");
  EXPECT_EQ(failure(op).code, OC_E_AGAIN);
  EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE | OC_EF_RETRY);
  EXPECT_GT(failure(op).retry_after_ms, 0U);
  host.respond(host.http.front().op, 200, "x");
  fetch("https://x/a");
  EXPECT_EQ(host.http.size(), Downloads::kMaxOpen + 1);
}

TEST_F(Fetching, ARefusedReferenceTakesNoPlace) {
  for (std::size_t i = 0; i <= Downloads::kMaxOpen; ++i) {
    EXPECT_EQ(failure(fetch("bad")).code, OC_E_INVAL) << i;
  }
}

TEST_F(Fetching, CancelEndsTheLookupOrTheBytes) {
  const oc_op lookup = fetch("lookup:https://x/a");
  host.cancel(lookup);
  EXPECT_EQ(failure(lookup).code, OC_E_CANCELLED);
  const oc_op bytes = fetch("https://x/a");
  host.cancel(bytes);
  host.cancel(bytes);
  EXPECT_EQ(failure(bytes).code, OC_E_CANCELLED);
  EXPECT_EQ(failure(bytes).flags, OC_EF_NOT_DONE);
  EXPECT_EQ(host.wrong_completions(), 0);
}

TEST_F(Fetching, StopEndsAllAndTakesNothingMore) {
  const oc_op lookup = fetch("lookup:https://x/a");
  const oc_op bytes = fetch("https://x/a");
  const oc_op stop = host.stop();
  EXPECT_EQ(failure(lookup).code, OC_E_CANCELLED);
  EXPECT_EQ(failure(bytes).code, OC_E_CANCELLED);
  ASSERT_NE(host.completion(stop), nullptr);
  EXPECT_EQ(failure(fetch("https://x/a")).code, OC_E_CANCELLED);
  EXPECT_EQ(host.open_ops(), 0U);
  EXPECT_EQ(host.wrong_completions(), 0);
}

TEST_F(Fetching, AFullHostIsToBeAskedAgain) {
  host.http_full = true;
  const oc_op op = fetch("https://x/a");
  EXPECT_EQ(failure(op).code, OC_E_AGAIN);
  EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE | OC_EF_RETRY);
}

TEST(MimeEssence, IsATypeOrNothing) {
  EXPECT_EQ(mime_essence(" Audio/OGG ; codecs=opus"), "audio/ogg");
  for (const char* text : {"", "image", "/png", "image/", "im age/png", "image/p\"ng", "a/b/c"}) {
    EXPECT_EQ(mime_essence(text), "") << text;
  }
  EXPECT_EQ(mime_essence("image/" + std::string(200, 'x')), "");
}

}  // namespace
}  // namespace openclaw::sdk
