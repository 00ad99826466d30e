#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <fstream>

#include "core/http/egress/connection_fixture.hpp"
#include "core/http/egress/one_peer.hpp"

namespace openclaw::http::egress {
namespace {

using testing::OnePeer;
using testing::read_some;
namespace asio = boost::asio;
using asio::ip::tcp;

/// A certificate for `name` that signs itself, with its key.
struct Certificate {
  explicit Certificate(const char* name)
      : key(EVP_EC_gen("P-256"), EVP_PKEY_free), x509(X509_new(), X509_free) {
    X509_set_version(x509.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
    X509_set_pubkey(x509.get(), key.get());
    X509_NAME* const subject = X509_get_subject_name(x509.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(x509.get(), subject);
    const std::string alternative = std::string("DNS:") + name;
    X509_EXTENSION* const extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str());
    X509_add_ext(x509.get(), extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(x509.get(), key.get(), EVP_sha256());
  }
  void save(const std::string& path) const {
    FILE* const file = std::fopen(path.c_str(), "w");
    ASSERT_NE(file, nullptr);
    PEM_write_X509(file, x509.get());
    std::fclose(file);
  }
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
  std::unique_ptr<X509, decltype(&X509_free)> x509;
};

class ByteStreamTest : public ConnectionTest {
 protected:
  /// Reads `size` bytes, in whatever pieces they come.
  std::string bytes(std::size_t size) {
    std::string out;
    while (out.size() < size) out += next().first;
    return out;
  }
  /// A server with `certificate`, for one connection.
  std::unique_ptr<OnePeer> tls_peer(const Certificate& certificate) {
    return std::make_unique<OnePeer>(
        [this] { drop(); },
        [&certificate](tcp::socket& socket) {
          asio::ssl::context context(asio::ssl::context::tls_server);
          SSL_CTX_use_certificate(context.native_handle(), certificate.x509.get());
          SSL_CTX_use_PrivateKey(context.native_handle(), certificate.key.get());
          asio::ssl::stream<tcp::socket&> tls(socket, context);
          boost::system::error_code ec;
          tls.handshake(asio::ssl::stream_base::server, ec);
          if (ec) return;
          asio::write(tls, asio::buffer(std::string("through TLS")), ec);
          std::string more(8, '\0');
          tls.read_some(asio::buffer(more), ec);
        });
  }
};

TEST_F(ByteStreamTest, CarriesBytesBothWaysUntilThePeerEndsIt) {
  OnePeer peer([this] { drop(); },
               [](tcp::socket& socket) {
                 asio::write(socket, asio::buffer(std::string("NOTICE * :hello\r\n")));
                 asio::write(socket, asio::buffer("you said " + read_some(socket)));
               });
  connect(peer.url());
  wait_open();
  EXPECT_EQ(bytes(17), "NOTICE * :hello\r\n");
  EXPECT_EQ(send("NICK x\r\n"), Connection::Sent::queued);
  EXPECT_EQ(bytes(17), "you said NICK x\r\n");
  const auto closing = wait_done();
  ASSERT_TRUE(closing.has_value());
  EXPECT_EQ(closing->code, 1000);
}

TEST_F(ByteStreamTest, ItsOwnEndComesAfterWhatIsQueued) {
  std::promise<std::string> heard;
  OnePeer peer([this] { drop(); },
               [&](tcp::socket& socket) {
                 std::string all;
                 for (std::string piece = read_some(socket); !piece.empty();
                      piece = read_some(socket)) {
                   all += piece;
                 }
                 heard.set_value(all);
               });
  connect(peer.url());
  wait_open();
  on_loop([this] {
    connection_->send("QUIT :bye\r\n", false);
    connection_->close(1000, {});
  });
  EXPECT_EQ(heard.get_future().get(), "QUIT :bye\r\n");
  ASSERT_TRUE(wait_done().has_value());
}

TEST_F(ByteStreamTest, APausedOneStillSeesThePeersEndAfterItsOwn) {
  OnePeer peer([this] { drop(); },
               [](tcp::socket& socket) {
                 while (!read_some(socket).empty()) {
                   asio::write(socket, asio::buffer(std::string("PONG\r\n")));
                 }
               });
  connect(peer.url());
  wait_open();
  on_loop([this] { connection_->pause(true); });
  send("PING\r\n");
  EXPECT_EQ(bytes(6), "PONG\r\n");  // its read had begun; none has since
  close(1000);
  const auto closing = wait_done();
  ASSERT_TRUE(closing.has_value());
  EXPECT_EQ(closing->code, 1000) << "1006: the deadline ended it";
}

TEST_F(ByteStreamTest, SilenceEndsItAfterItsDeadline) {
  std::promise<void> seen;
  OnePeer peer([this] { drop(); },
               [&](tcp::socket& socket) {
                 read_some(socket);  // until the other side goes
                 seen.set_value();
               });
  ConnectRequest request;
  request.url = peer.url();
  request.idle = runtime::Millis(50);
  connect(request);
  wait_open();
  const auto done = wait_done();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, Errc::deadline);
  seen.get_future().wait();
}

TEST_F(ByteStreamTest, APortWhereNobodyListensIsANetworkError) {
  std::uint16_t port = 0;
  {
    asio::io_context io;
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    port = acceptor.local_endpoint().port();
  }
  connect("tcp://127.0.0.1:" + std::to_string(port));
  const auto done = wait_done();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, Errc::network);
  EXPECT_FALSE(done.error().maybe_done);
}

TEST_F(ByteStreamTest, AUrlThatLeadsNowhereIsInvalid) {
  connect("http://127.0.0.1:1");
  const auto done = wait_done();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, Errc::invalid);
}

TEST_F(ByteStreamTest, TlsVerifiesTheChainAndTheName) {
  const std::string file = ::testing::TempDir() + "openclaw_ca_" + std::to_string(::getpid());
  const Certificate known("localhost");
  known.save(file);
  ASSERT_EQ(::setenv("SSL_CERT_FILE", file.c_str(), 1), 0);
  {
    const auto peer = tls_peer(known);
    connect(peer->url("tls", "localhost"));
    wait_open();
    EXPECT_EQ(bytes(11), "through TLS");
    close(1000);
    EXPECT_TRUE(wait_done().has_value());
  }
  ::unlink(file.c_str());
}

TEST_F(ByteStreamTest, TlsRefusesAStrangersCertificateAndAnothersName) {
  const std::string file = ::testing::TempDir() + "openclaw_ca_" + std::to_string(::getpid());
  const Certificate other("elsewhere.example");
  other.save(file);
  ASSERT_EQ(::setenv("SSL_CERT_FILE", file.c_str(), 1), 0);
  {
    const auto peer = tls_peer(other);  // known, but not localhost
    connect(peer->url("tls", "localhost"));
    const auto done = wait_done();
    ASSERT_TRUE(done.has_error());
    EXPECT_EQ(done.error().code, Errc::network);
    EXPECT_NE(done.error().message.find("TLS"), std::string::npos) << done.error().message;
  }
  ::unlink(file.c_str());
}

TEST_F(ByteStreamTest, TlsRefusesACertificateThatNobodyVouchesFor) {
  ::unsetenv("SSL_CERT_FILE");
  const Certificate stranger("localhost");
  const auto peer = tls_peer(stranger);
  connect(peer->url("tls", "localhost"));
  const auto done = wait_done();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, Errc::network);
}

}  // namespace
}  // namespace openclaw::http::egress
