// OpenSSL on memory BIOs, so that no wait and no SIGPIPE is OpenSSL's.
#include "tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "error.hpp"

namespace openclaw::redis {

namespace {

constexpr std::size_t kPieceBytes = 1 << 20;

std::string reasons() {
  std::string out;
  while (const auto code = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(code);
    out += (out.empty() ? "" : ", ") + std::string(reason == nullptr ? "TLS error" : reason);
  }
  return out.empty() ? "TLS failed" : out;
}

RedisError refused(const std::string& what) {
  return {RedisError::Kind::refused, "TLS: " + what};
}

bool is_ip(const std::string& host) {
  std::array<unsigned char, 16> bytes;
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

}  // namespace

void Tls::Free::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}
void Tls::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

Tls::Tls(const Address& address) : context_(SSL_CTX_new(TLS_client_method())) {
  ERR_clear_error();
  if (!context_ || SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION) != 1) {
    throw refused(reasons());
  }
  const bool trusted =
      address.ca_file.empty()
          ? SSL_CTX_set_default_verify_paths(context_.get()) == 1
          : SSL_CTX_load_verify_locations(context_.get(), address.ca_file.c_str(), nullptr) == 1;
  if (!trusted) {
    throw refused("the certificates of cacert=" + address.ca_file +
                  " cannot be read: " + reasons());
  }
  if (!address.cert_file.empty() &&
      (SSL_CTX_use_certificate_chain_file(context_.get(), address.cert_file.c_str()) != 1 ||
       SSL_CTX_use_PrivateKey_file(context_.get(), address.key_file.c_str(), SSL_FILETYPE_PEM) !=
           1)) {
    throw refused("cert=" + address.cert_file + " or key=" + address.key_file +
                  " cannot be used: " + reasons());
  }
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  ssl_.reset(SSL_new(context_.get()));
  if (!ssl_) throw refused(reasons());
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(ssl_.get());
  const std::string& host = address.host;
  const bool named =
      is_ip(host) ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str()) == 1
                  : SSL_set1_host(ssl_.get(), host.c_str()) == 1 &&
                        SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) == 1;
  if (!named) throw refused(reasons());
}

bool Tls::shake_hands() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_.get());
  if (done == 1) return true;
  if (SSL_get_error(ssl_.get(), done) == SSL_ERROR_WANT_READ) return false;
  const long verdict = SSL_get_verify_result(ssl_.get());
  throw refused(verdict == X509_V_OK ? reasons()
                                     : std::string("the server's certificate: ") +
                                           X509_verify_cert_error_string(verdict));
}

void Tls::encrypt(std::string_view plain) {
  ERR_clear_error();
  while (!plain.empty()) {
    const auto piece = plain.substr(0, kPieceBytes);
    const int n = SSL_write(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
    if (n <= 0) throw RedisError(RedisError::Kind::lost, "TLS: " + reasons());
    plain.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Tls::input(std::string_view received) {
  BIO_write(SSL_get_rbio(ssl_.get()), received.data(), static_cast<int>(received.size()));
}

void Tls::decrypt(std::string_view received, std::string& plain) {
  ERR_clear_error();
  input(received);
  std::array<char, 16384> piece;
  for (;;) {
    const int n = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
    if (n > 0) {
      plain.append(piece.data(), static_cast<std::size_t>(n));
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), n);
    if (error == SSL_ERROR_WANT_READ) return;
    // What came before an end is still to be read.
    if (error == SSL_ERROR_ZERO_RETURN && !plain.empty()) return;
    throw RedisError(RedisError::Kind::lost, error == SSL_ERROR_ZERO_RETURN
                                                 ? "the server closed the connection"
                                                 : "TLS: " + reasons());
  }
}

std::string Tls::output() {
  BIO* const out = SSL_get_wbio(ssl_.get());
  std::string bytes(BIO_ctrl_pending(out), '\0');
  if (!bytes.empty()) BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

}  // namespace openclaw::redis
