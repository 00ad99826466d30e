// TLS as a client, without a socket: bytes in, bytes out.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "address.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace openclaw::redis {

/// Checks the server's certificate and that it is the host's. Failures are RedisError (refused),
/// after the handshake (lost).
class Tls {
 public:
  explicit Tls(const Address& address);

  /// One step; whether it is done. What is to be sent is in output().
  bool shake_hands();
  void encrypt(std::string_view plain);
  /// What came from the socket; what was in it goes to the end of `plain`.
  void decrypt(std::string_view received, std::string& plain);
  /// To give in what came from the socket while hands are shaken.
  void input(std::string_view received);
  /// What is to be sent, which is taken out.
  std::string output();

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
  std::unique_ptr<ssl_st, Free> ssl_;
};

}  // namespace openclaw::redis
