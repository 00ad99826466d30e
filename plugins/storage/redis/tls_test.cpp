// Connections that are encrypted: whom the store trusts, how it shows who it is.
#include <gmock/gmock.h>

#include <csignal>

#include "openclaw/testing/storage_service.hpp"
#include "test_opening.hpp"
#include "test_server.hpp"

namespace openclaw::redis {
namespace {

using ::testing::HasSubstr;
using testing::Ingest;
using testing::StoreInstance;

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

}  // namespace
}  // namespace openclaw::redis
