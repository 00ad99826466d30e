// storage.url: where the server is, and who we are to it.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::redis {

struct Address {
  std::string host = {}, port = "6379";  ///< host: a name, or an IP address without brackets
  std::string socket = {};               ///< a path, instead of them
  std::string user = {}, password = {};  ///< without a user the password is the default one's
  std::string pass_file = {};            ///< holds the password, instead of the address
  unsigned database = 0;
  bool tls = false;
  std::string ca_file = {};                   ///< instead of the system's authorities
  std::string cert_file = {}, key_file = {};  ///< ours, for a server that asks for one
};

/// redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE][?OPTIONS], rediss:// with TLS, and
/// redis+unix://[USER:PASSWORD@]/PATH[?db=DATABASE]. Throws sdk::Refused, with nothing of the
/// address in it: what cannot be read may be a piece of the password.
Address read_address(std::string_view url);

/// The password to send, read from its file when there is one; throws RedisError (refused) when
/// that is not to be read, or is to be read by others.
std::string password_of(const Address& address);

}  // namespace openclaw::redis
