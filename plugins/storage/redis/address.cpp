// Takes an address apart.
#include "address.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>

#include "error.hpp"
#include "openclaw/cpp/plugin.hpp"

namespace openclaw::redis {

namespace {

constexpr std::size_t kLongestPassword = 4096;

[[noreturn]] void refuse_address() {
  throw sdk::Refused(
      "storage.url is no address of Redis: it reads redis://USER:PASSWORD@HOST:PORT/DATABASE "
      "(rediss:// with TLS, redis+unix://USER:PASSWORD@/PATH for a socket), where @ : / ? # and % "
      "of the password stand as %40 %3A %2F %3F %23 and %25; or leave the password out, and put it "
      "into a file (?passfile=/path)");
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    const auto digits = text.substr(i + 1, 2);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2 || value == 0) {
      refuse_address();
    }
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

std::optional<unsigned> small_number(std::string_view text, unsigned greatest) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > greatest) return {};
  return value;
}

unsigned database_of(std::string_view text) {
  const auto database = small_number(text, 1'000'000);
  if (!database) refuse_address();
  return *database;
}

void take_options(Address& out, std::string_view options) {
  while (!options.empty()) {
    const auto option = options.substr(0, options.find('&'));
    options.remove_prefix(std::min(options.size(), option.size() + 1));
    const auto equals = option.find('=');
    if (equals == std::string_view::npos) refuse_address();
    const auto key = option.substr(0, equals);
    const std::string value = decoded(option.substr(equals + 1));
    const bool is_path = value.starts_with("/");
    if (key == "db") {
      out.database = database_of(value);
      continue;
    }
    std::string* const path = key == "passfile" ? &out.pass_file
                              : key == "cacert" ? &out.ca_file
                              : key == "cert"   ? &out.cert_file
                              : key == "key"    ? &out.key_file
                                                : nullptr;
    if (path == nullptr) {
      throw sdk::Refused(
          "storage.url has an option that is none of db, passfile, cacert, cert and key");
    }
    if (!is_path) {
      throw sdk::Refused("storage.url: the option " + std::string(key) +
                         " must be the absolute path of a file");
    }
    *path = value;
  }
}

void take_user(Address& out, std::string_view user) {
  const auto colon = user.find(':');
  out.user = decoded(user.substr(0, colon));
  if (colon == std::string_view::npos) return;
  const auto password = user.substr(colon + 1);
  if (password.find(':') != std::string_view::npos) refuse_address();
  out.password = decoded(password);
}

void take_host(Address& out, std::string_view text) {
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) refuse_address();
    out.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (!text.empty() && !text.starts_with(':')) refuse_address();
    port = text.empty() ? text : text.substr(1);
    if (!text.empty() && port.empty()) refuse_address();
  } else {
    const auto colon = text.find(':');
    out.host = text.substr(0, colon);
    if (colon != std::string_view::npos) {
      port = text.substr(colon + 1);
      if (port.empty()) refuse_address();
    }
    if (out.host.find_first_of("@/?#%[]") != std::string::npos) refuse_address();
  }
  if (out.host.empty()) refuse_address();
  if (port.empty()) return;
  const auto number = small_number(port, 65'535);
  if (!number || *number == 0) refuse_address();
  out.port = port;
}

}  // namespace

Address read_address(std::string_view url) {
  Address out;
  const auto mark = url.find("://");
  if (mark == std::string_view::npos || url.find('#') != std::string_view::npos) refuse_address();
  const auto scheme = url.substr(0, mark);
  url.remove_prefix(mark + 3);
  out.tls = scheme == "rediss";
  if (const auto question = url.find('?'); question != std::string_view::npos) {
    take_options(out, url.substr(question + 1));
    url = url.substr(0, question);
  }
  const auto slash = url.find('/');
  auto place = url.substr(0, slash);
  const auto path = slash == std::string_view::npos ? std::string_view{} : url.substr(slash);
  if (const auto at = place.find('@'); at != std::string_view::npos) {
    take_user(out, place.substr(0, at));
    place.remove_prefix(at + 1);
  }
  if (scheme == "redis+unix") {
    if (!place.empty() || path.size() < 2) refuse_address();
    out.socket = decoded(path);
  } else if (scheme == "redis" || scheme == "rediss") {
    take_host(out, place);
    if (path.size() > 1) out.database = database_of(path.substr(1));
  } else {
    throw sdk::Refused("storage.url must begin with redis://, rediss:// or redis+unix://");
  }
  if (!out.tls && !(out.ca_file + out.cert_file + out.key_file).empty()) {
    throw sdk::Refused("storage.url: cacert, cert and key are for TLS; begin it with rediss://");
  }
  if (out.cert_file.empty() != out.key_file.empty()) {
    throw sdk::Refused("storage.url: cert and key belong together");
  }
  if (!out.user.empty() && out.password.empty() && out.pass_file.empty()) {
    throw sdk::Refused(
        "storage.url names a user without a password, as happens when a variable is empty; add it "
        "(USER:PASSWORD@), or put it into a file (?passfile=/path)");
  }
  if (!out.pass_file.empty() && !out.password.empty()) {
    throw sdk::Refused("storage.url has both a password and a passfile; leave one out");
  }
  return out;
}

std::string password_of(const Address& address) {
  if (address.pass_file.empty()) return address.password;
  const auto refuse = [&](const std::string& why) -> RedisError {
    return {RedisError::Kind::refused,
            "the passfile of storage.url, " + address.pass_file + ", " + why};
  };
  const int fd = ::open(address.pass_file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) throw refuse(std::string("cannot be read: ") + std::strerror(errno));
  struct stat about {};
  std::array<char, kLongestPassword> text;
  const bool known = ::fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
  const auto n = known ? ::read(fd, text.data(), text.size()) : -1;
  ::close(fd);
  if (n < 0) throw refuse("is no file that can be read");
  if ((about.st_mode & 077U) != 0) {
    throw refuse("can be read by others; chmod 600 " + address.pass_file);
  }
  std::string password(text.data(), static_cast<std::size_t>(n));
  password.resize(std::min(password.size(), password.find_first_of("\r\n")));
  if (password.empty()) throw refuse("is empty; its first line is the password");
  return password;
}

}  // namespace openclaw::redis
