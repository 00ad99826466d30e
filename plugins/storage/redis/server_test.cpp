// What servers ask of a client: names, rights, certificates, and to go elsewhere.
#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "openclaw/testing/patience.hpp"
#include "openclaw/testing/storage_service.hpp"
#include "store_lease.hpp"
#include "test_server.hpp"
#include "writer.hpp"

namespace openclaw::redis {
namespace {

using testing::comes_true;
using ::testing::HasSubstr;
using testing::Ids;
using testing::Ingest;
using ::testing::Not;
using testing::StoreInstance;

/// What a writer said while it opened, and why it did not.
struct Opened {
  std::string refusal{};
  oc_status status = OC_OK;
  std::string told{};  ///< "event: words" a line
};

Opened open_writer(const std::string& url, const std::string& prefix = "opening") {
  Opened out;
  try {
    const Writer writer(read_settings(section(url, prefix)),
                        [&](Writer::Tone, const std::string& event, const std::string& words) {
                          out.told += event + ": " + words + '\n';
                        });
  } catch (const sdk::StoreError& error) {
    out.refusal = error.what();
    out.status = error.code;
  }
  return out;
}

/// Whether the store at that address can be used, whole; the reason if not.
std::string use(const std::string& url, const std::string& prefix = "opening") {
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(url, prefix));
  auto writer = instance.writer();
  if (!writer.is_open()) return writer.last.message;
  const auto id = writer.one(Ingest{.payload = std::string(3 << 20, 'x')}).id;
  auto reader = instance.reader();
  if (!reader.is_open()) return reader.last.message;
  const auto rows = reader.inbox(OC_LIST_LIVE, id - 1);
  return rows.size() == 1 && rows[0].payload.size() == 3 << 20 ? "" : "it did not come back";
}

/// Whether two gateways can share the store at that address; the reason if not.
std::string share(const std::string& url, const std::string& prefix = "opening") {
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(url, prefix));
  auto a = instance.member("a"), b = instance.member("b");
  if (!a.is_open() || !b.is_open()) return a.last.message + b.last.message;
  a.apply({Ingest{.session = "shared", .flags = OC_INGEST_LEAVE}, testing::Lease{"x"},
           testing::Notice{"b", "t", "x"}});
  auto waiting = instance.reader();
  for (int i = 0; i < 2; ++i) {
    if (waiting.wait("b", 100) != OC_OK) return waiting.last.message;
  }
  const auto got = b.collect();
  if (got.messages.empty() || got.notices.size() != 1) return "it did not come";
  const Ids ids{got.messages.back().id};
  b.apply({testing::Attempt{"shared", 1, ids},
           testing::Finish{.session = "shared", .epoch = 1, .ids = ids}});
  return a.members().size() == 2 ? "" : "they do not see each other";
}

TEST(Opening, SaysThatAStoreIsNew) {
  TestServer server;
  EXPECT_EQ(open_writer(server.url()).told.find("redis.new_store: "), 0u);
  EXPECT_EQ(open_writer(server.url()).told, "") << "and nothing more of a durable server";
}

TEST(Opening, SaysThatABatchWasCutInTheMiddle) {
  TestServer server;
  open_writer(server.url());
  server.run(Args{"HSET", "{opening}:gateway", "applying", "7"});
  EXPECT_EQ(open_writer(server.url()).told.find("redis.torn_batch: "), 0u);
  EXPECT_EQ(open_writer(server.url()).told, "");
}

TEST(Opening, SaysWhatMayBeLost) {
  TestServer server(TestServer::forgetful());
  open_writer(server.url());
  EXPECT_THAT(open_writer(server.url()).told, HasSubstr("redis.not_durable: the server runs with "
                                                        "appendonly no"));
  server.run(Args{"CONFIG", "SET", "appendonly", "yes"});
  server.run(Args{"CONFIG", "SET", "appendfsync", "everysec"});
  EXPECT_THAT(open_writer(server.url()).told, HasSubstr("appendfsync everysec"));
  server.run(Args{"CONFIG", "SET", "appendfsync", "always"});
  EXPECT_EQ(open_writer(server.url()).told, "");
}

TEST(Opening, RefusesAServerThatThrowsMessagesAway) {
  TestServer server;
  server.run(Args{"CONFIG", "SET", "maxmemory", "100mb"});
  EXPECT_EQ(open_writer(server.url()).refusal, "");
  server.run(Args{"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  const Opened opened = open_writer(server.url());
  EXPECT_THAT(opened.refusal, HasSubstr("maxmemory-policy noeviction"));
  EXPECT_EQ(opened.status, OC_E_IO);
}

TEST(Opening, RefusesAReplica) {
  TestServer server;
  server.run(Args{"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_THAT(open_writer(server.url()).refusal, HasSubstr("let storage.url name the master"));
}

TEST(Opening, SaysWhichKeyToChange) {
  TestServer& server = TestServer::shared();
  struct Row {
    std::string url;
    const char* words;
  };
  for (const Row& row :
       {Row{"redis+unix:///nowhere/at/all", "it cannot be reached"},
        Row{"redis://127.0.0.1:1", "storage.url"},
        Row{"redis://no-such-host.invalid", "cannot be resolved"},
        Row{"redis+unix://nobody:wrong@" + server.socket(), "check user and password"},
        Row{"redis+unix://" + server.socket() + "?db=9999", "check user, password, database"},
        Row{"redis+unix://u@" + server.socket() + "?passfile=/nowhere", "passfile"},
        Row{"rediss://127.0.0.1:1?cacert=/nowhere", "storage.url"}}) {
    const Opened opened = open_writer(row.url);
    EXPECT_EQ(opened.status, OC_E_AGAIN) << row.url;
    EXPECT_THAT(opened.refusal, HasSubstr(row.words)) << row.url;
    EXPECT_THAT(opened.refusal, HasSubstr("storage.url")) << row.url;
  }
}

TEST(Full, AServerThatIsFullIsEmptied) {
  using namespace testing;
  TestServer server;
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(server.url(), "full"));
  auto writer = instance.writer();
  const auto id = writer.one(Ingest{.session = "s", .event_id = "e", .epoch = 3}).id;
  const auto dead = writer.one(Ingest{.session = "d", .epoch = 3}).id;
  writer.one(Put{.key = "k", .value = "v"});
  Finish said{.session = "t", .transcript = {{OC_ROLE_USER, "x"}}};
  said.outbox = {{.idem_key = "k1"}, {.idem_key = "k2"}};
  const auto reply = writer.one(said).id;
  server.run(Args{"CONFIG", "SET", "maxmemory", "1"});
  writer.try_apply({Ingest{}});
  EXPECT_EQ(writer.last.status, OC_E_IO);
  EXPECT_THAT(writer.last.message, HasSubstr("memory is full"));
  writer.try_apply({said, Move{.id = reply}});
  EXPECT_EQ(writer.last.status, OC_E_IO);
  writer.renew();
  EXPECT_EQ(writer.last.status, OC_OK) << writer.last.message;
  const std::vector<AnyWrite> smaller = {
      Finish{.session = "s", .epoch = 3, .ids = {id}, .disposition = OC_DONE_SILENT},
      Finish{.session = "d", .epoch = 3, .ids = {dead}, .disposition = OC_DONE_DEAD},
      Move{.id = reply},
      Move{.id = reply, .state = OC_OUTBOX_SENT},
      Move{.id = reply + 1, .state = OC_OUTBOX_DEAD},
      Put{.key = "k", .flags = OC_KV_DELETE},
      TrimStep{.session = "t"},
      SweepStep{.before_ms = 1'000'000}};
  for (const auto& write : smaller) {
    EXPECT_EQ(writer.one(write).status, OC_OK) << writer.last.message;
  }
  EXPECT_EQ(writer.stat("inbox") + writer.stat("outbox") + writer.stat("deadOutbox"), 0);
  writer.close();
  writer = instance.writer();
  EXPECT_TRUE(writer.is_open()) << writer.last.message;
  writer.close();
  server.run(Args{"CONFIG", "SET", "maxmemory", "0"});
  auto a = instance.member("a");
  a.one(Ingest{.session = "s"});
  a.close();
  server.run(Args{"CONFIG", "SET", "maxmemory", "1"});
  a = instance.member("a");
  ASSERT_TRUE(a.is_open()) << a.last.message;
  a.renew();
  EXPECT_EQ(a.last.status, OC_OK) << a.last.message;
  EXPECT_EQ(a.collect().messages.size(), 1u);
}

TEST(Opening, DatabasesAreApart) {
  TestServer server;
  EXPECT_EQ(use(server.url() + "?db=3"), "");
  EXPECT_EQ(server.number(Args{"DBSIZE"}), 0);
}

// ---- users and rights ----

class Rights : public ::testing::Test {
 protected:
  /// The rights that docs/storage/redis.md lists, then others.
  void make_user(const std::vector<std::string_view>& others = {}) {
    Args user{
        "ACL",          "SETUSER",     "claw",     "reset",       "on",           ">canary-5ecret",
        "~{opening}:*", "+@read",      "+@write",  "+@scripting", "+@connection", "+time",
        "+info",        "+config|get", "+publish", "+subscribe",  "&{opening}:*"};
    for (const auto word : others) user.text(word);
    server_.run(user);
  }
  std::string url(const std::string& password = "canary-5ecret") {
    return "redis+unix://claw:" + password + "@" + server_.socket();
  }

  TestServer server_;
};

TEST_F(Rights, TheDocumentedOnesAreEnough) {
  make_user();
  EXPECT_EQ(use(url()), "");
  EXPECT_EQ(open_writer(url()).told, "");
  EXPECT_EQ(share(url()), "");
}

TEST_F(Rights, WithoutThatToSubscribeGatewaysShareAStoreAllTheSame) {
  for (const char* missing : {"-subscribe", "-publish", "resetchannels"}) {
    make_user({missing});
    EXPECT_EQ(share(url()), "") << missing;
  }
}

TEST_F(Rights, WithoutASightOfTheSettingsItSaysSo) {
  make_user({"-config"});
  EXPECT_EQ(use(url()), "");
  EXPECT_THAT(open_writer(url()).told, HasSubstr("redis.not_checked"));
  make_user({"-config", "-info"});
  EXPECT_EQ(use(url()), "");
  EXPECT_THAT(open_writer(url()).told, HasSubstr("INFO"));
}

TEST_F(Rights, OneThatIsMissingIsNamedBeforeTheFirstBatch) {
  for (const char* missing : {"-xadd", "-zrangebylex", "-time", "-unlink", "-evalsha", "-eval"}) {
    make_user({missing});
    server_.run(Args{"SCRIPT", "FLUSH"});
    const Opened opened = open_writer(url());
    EXPECT_THAT(opened.refusal, HasSubstr("ACL SETUSER")) << missing;
    EXPECT_THAT(opened.refusal, Not(HasSubstr("canary"))) << missing;
  }
  make_user({"resetkeys", "~other:*"});
  EXPECT_THAT(open_writer(url()).refusal, HasSubstr("ACL SETUSER"));
  EXPECT_EQ(server_.number(Args{"DBSIZE"}), 0) << "nothing was written";
}

TEST_F(Rights, AWrongOrMissingPasswordIsToldAndNotQuoted) {
  make_user();
  for (const auto& address :
       {url("canary-wrong"), "redis+unix://nobody:canary-x@" + server_.socket()}) {
    const Opened opened = open_writer(address);
    EXPECT_THAT(opened.refusal, HasSubstr("password"));
    EXPECT_THAT(opened.refusal, HasSubstr("storage.url"));
    EXPECT_THAT(opened.refusal, Not(HasSubstr("canary")));
  }
  const auto file = server_.folder() / "password";
  std::ofstream(file) << "canary-5ecret\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  EXPECT_EQ(use("redis+unix://claw@" + server_.socket() + "?passfile=" + file.string()), "");
  server_.run(Args{"CONFIG", "SET", "requirepass", "canary"});
  EXPECT_THAT(open_writer("redis+unix://" + server_.socket()).refusal, HasSubstr("password"));
  EXPECT_EQ(use("redis+unix://:canary@" + server_.socket()), "");
}

TEST_F(Rights, APasswordThatIsChangedWhileAGatewayRunsIsTold) {
  make_user();
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(url(), "opening"));
  auto writer = instance.writer();
  writer.one(Ingest{});
  make_user({"resetpass", ">canary-new"});
  server_.run(Args{"CLIENT", "KILL", "USER", "claw"});
  for (int i = 0; i < 2; ++i) {
    writer.try_apply({Ingest{}});
    EXPECT_TRUE(OC_APPLY_NOT_DONE(writer.last.status)) << writer.last.status;
    EXPECT_THAT(writer.last.message, HasSubstr("refuses the password")) << i;
  }
}

TEST_F(Rights, OneThatIsTakenAwayLeavesNoHalfOfABatch) {
  make_user();
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(url(), "opening"));
  auto writer = instance.writer();
  writer.one(Ingest{});
  make_user({"-@write"});
  writer.try_apply({Ingest{}});
  EXPECT_TRUE(OC_APPLY_NOT_DONE(writer.last.status)) << writer.last.message;
  EXPECT_THAT(writer.last.message, HasSubstr("ACL SETUSER"));
  make_user();
  EXPECT_EQ(writer.one(Ingest{}).status, OC_OK);
  EXPECT_EQ(writer.inbox().size(), 2u);
}

// ---- TLS ----

/// A server with a certificate for "localhost" that vouches for itself.
class Encrypted : public ::testing::Test {
 protected:
  Encrypted() {
    testing::run_to_end(
        {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", path("key.pem"), "-out", path("cert.pem")},
        server_.folder());
    listen("no");
  }
  void listen(const char* ask_clients) {
    server_.stop(SIGKILL);
    auto settings = TestServer::durable();
    for (const auto& word :
         {std::string("--tls-port"), std::to_string(port_), std::string("--tls-cert-file"),
          path("cert.pem"), std::string("--tls-key-file"), path("key.pem"),
          std::string("--tls-ca-cert-file"), path("cert.pem"), std::string("--tls-auth-clients"),
          std::string(ask_clients)}) {
      settings.push_back(word);
    }
    server_.start(settings);
  }
  std::string path(const char* name) { return (server_.folder() / name).string(); }
  std::string url(const std::string& options, const std::string& host = "localhost") {
    return "rediss://" + host + ":" + std::to_string(port_) + options;
  }

  TestServer server_;
  int port_ = free_port();
};

TEST_F(Encrypted, AServerThatIsWhoItSaysIsUsed) {
  EXPECT_EQ(use(url("?cacert=" + path("cert.pem"))), "");
  EXPECT_EQ(share(url("?cacert=" + path("cert.pem"))), "");
}

TEST_F(Encrypted, OneThatIsNotIsRefused) {
  for (const auto& address :
       {url(""), url("?cacert=" + path("cert.pem"), "127.0.0.1"), url("?cacert=/etc/hostname")}) {
    const Opened opened = open_writer(address);
    EXPECT_THAT(opened.refusal, HasSubstr("it refuses the connection")) << address;
    EXPECT_THAT(opened.refusal, HasSubstr("certificate")) << address;
  }
  // Of another authority.
  testing::run_to_end(
      {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
       "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
       "-keyout", path("other.key"), "-out", path("other.pem")},
      server_.folder());
  EXPECT_THAT(open_writer(url("?cacert=" + path("other.pem"))).refusal, HasSubstr("certificate"));
  EXPECT_EQ(server_.number(Args{"DBSIZE"}), 0);
}

TEST_F(Encrypted, AServerThatAsksForACertificateGetsOurs) {
  listen("yes");
  const std::string trusted = "?cacert=" + path("cert.pem");
  EXPECT_THAT(open_writer(url(trusted)).refusal, HasSubstr("certificate"));
  EXPECT_EQ(use(url(trusted + "&cert=" + path("cert.pem") + "&key=" + path("key.pem"))), "");
}

TEST_F(Encrypted, WithoutTlsNothingGoes) {
  const Opened opened = open_writer("redis://localhost:" + std::to_string(port_));
  EXPECT_NE(opened.refusal, "");
  const int plain = free_port();
  server_.stop(SIGKILL);
  server_.start({"--port", std::to_string(plain)});
  EXPECT_EQ(use("redis://localhost:" + std::to_string(plain)), "") << "as TCP it does";
}

TEST_F(Encrypted, AConnectionThatIsCutIsMade) {
  StoreInstance instance(*oc_plugin_entry_1(0)->api,
                         section(url("?cacert=" + path("cert.pem")), "opening"));
  auto writer = instance.writer();
  writer.one(Ingest{});
  listen("no");
  EXPECT_EQ(writer.one(Ingest{}).status, OC_OK) << "cut while it was idle";
  EXPECT_EQ(writer.inbox().size(), 2u);
}

// ---- clusters ----

/// One node of a cluster, on a port.
class Node {
 public:
  [[nodiscard]] std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }
  void meet(const Node& other) {
    server_.run(Args{"CLUSTER", "MEET", "127.0.0.1", std::to_string(other.port_),
                     std::to_string(other.bus_)});
  }
  bool is_ready() {
    const auto info = server_.text(Args{"CLUSTER", "INFO"});
    return info.find("cluster_state:ok") != std::string::npos &&
           info.find("cluster_known_nodes:2") != std::string::npos;
  }
  TestServer& server() { return server_; }

 private:
  int port_ = free_port(), bus_ = free_port();
  TestServer server_{{"--appendonly", "yes", "--appendfsync", "always", "--port",
                      std::to_string(port_), "--cluster-enabled", "yes", "--cluster-port",
                      std::to_string(bus_)}};
};

TEST(Cluster, TheNodeThatHasTheStoreIsFollowed) {
  Node owner, other;
  EXPECT_THAT(open_writer(owner.url()).refusal, HasSubstr("CLUSTER INFO")) << "without any slots";
  owner.server().run(Args{"CLUSTER", "ADDSLOTSRANGE", "0", "16383"});
  other.meet(owner);
  ASSERT_TRUE(comes_true([&] { return owner.is_ready() && other.is_ready(); }));
  EXPECT_EQ(use(other.url()), "");
  EXPECT_GT(owner.server().number(Args{"DBSIZE"}), 0);
  EXPECT_EQ(use(owner.url()), "");
  EXPECT_EQ(share(other.url()), "");
  EXPECT_THAT(open_writer(owner.url() + "/1").refusal, HasSubstr("storage.url"))
      << "a cluster has one database";
}

TEST(Cluster, WhileTheSlotMovesNothingIsBegunAndThenAllOfItIsWritten) {
  Node owner, other;
  owner.server().run(Args{"CLUSTER", "ADDSLOTSRANGE", "0", "16383"});
  other.meet(owner);
  ASSERT_TRUE(comes_true([&] { return owner.is_ready() && other.is_ready(); }));
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(owner.url(), "opening"));
  auto writer = instance.writer();
  ASSERT_TRUE(writer.is_open()) << writer.last.message;
  const auto slot =
      std::to_string(owner.server().number(Args{"CLUSTER", "KEYSLOT", "{opening}:store"}));
  const auto id = other.server().text(Args{"CLUSTER", "MYID"});
  owner.server().run(Args{"CLUSTER", "SETSLOT", slot, "MIGRATING", id});
  std::thread ends([&] {
    EXPECT_TRUE(comes_true([&] {
      const auto errors = owner.server().text(Args{"INFO", "errorstats"});
      return errors.find("OCFIRST") != std::string::npos;
    }));
    owner.server().run(Args{"CLUSTER", "SETSLOT", slot, "STABLE"});
  });
  // To a session that has no transcript yet: of that key nobody can say whether it has moved.
  writer.one(
      testing::Finish{.transcript = {{OC_ROLE_USER, "hi"}}, .outbox = {{.idem_key = "one"}}});
  ends.join();
  EXPECT_EQ(writer.last.status, OC_OK) << writer.last.message;
  EXPECT_EQ(writer.history("agent:main:main").size(), 1u);
  EXPECT_EQ(writer.outbox().size(), 1u);
  writer.close();
  EXPECT_EQ(use(owner.url()), "") << "and it is whole";
}

}  // namespace
}  // namespace openclaw::redis
