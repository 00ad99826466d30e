// hiredis's reader and writer between a socket, or TLS on it, and the commands.
#include "link.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace openclaw::redis {

namespace {

constexpr std::size_t kSendPiece = 1 << 20;
/// A server without TLS waits for the end of a line in what is none, and says nothing.
constexpr std::uint32_t kHandshakeMs = 10'000;

constexpr std::string_view kFirstWrite = "OCFIRST ";  // of keys.lua

/// The first word when it is a code, as OOM in "OOM command not allowed". What a script's first
/// write met has surely changed nothing, also when it has no code: within scripts a missing right
/// has none.
std::string code_of(std::string_view words) {
  if (words.starts_with(kFirstWrite)) {
    words.remove_prefix(kFirstWrite.size());
    // Redis 6.2 puts the place in the script before it: "@user_script: 7: -READONLY ...".
    if (words.starts_with("@user_script: ")) {
      const auto place = words.find(": ", words.find(' '));
      words.remove_prefix(place == std::string_view::npos ? 0 : place + 2);
      if (words.starts_with('-')) words.remove_prefix(1);
    }
    const std::string code = code_of(words);
    if (code != "ERR") return code;
    return words.find("can't run") == std::string_view::npos ? "REFUSED" : "NOPERM";
  }
  const auto first = words.substr(0, words.find(' '));
  for (const char c : first) {
    if (std::isupper(static_cast<unsigned char>(c)) == 0) return "ERR";
  }
  return std::string(first);
}

/// Errors without a code of their own by which a connection is refused.
bool is_refusal(const RedisError& error) {
  if (error.code == "WRONGPASS" || error.code == "NOAUTH" || error.code == "NOPERM" ||
      error.code == "DENIED") {
    return true;
  }
  const std::string words = error.what();
  for (const char* sign : {"AUTH", "password", "DB index", "SELECT", "certificate"}) {
    if (words.find(sign) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

void Link::close() {
  reader_.reset();
  tls_.reset();
  socket_ = Socket();
}

void Link::open(TimePoint deadline) {
  if (node_) {
    try {
      open_at(*node_, deadline);
      return;
    } catch (const RedisError&) {
      node_.reset();  // it is gone, or no longer the one: the configured one knows better
    }
  }
  open_at(address_, deadline);
}

void Link::open_at(const Address& address, TimePoint deadline) {
  close();
  try {
    socket_ = Socket(address, deadline);
    reader_.reset(redisReaderCreate());
    if (reader_ == nullptr) throw RedisError(RedisError::Kind::unreachable, "out of memory");
    if (address.tls) {
      tls_ = std::make_unique<Tls>(address);
      shake_hands(std::min(deadline, deadline_in(kHandshakeMs)));
    }
    introduce(address, deadline);
  } catch (const RedisError& error) {
    using Kind = RedisError::Kind;
    const bool refused =
        error.kind == Kind::refused || (error.kind != Kind::deadline && is_refusal(error));
    const bool silent = error.kind == Kind::deadline && tls_ != nullptr;
    close();
    throw RedisError(refused ? Kind::refused : Kind::unreachable,
                     silent ? "no answer in time; does it speak TLS?" : error.what(), error.code);
  }
}

void Link::shake_hands(TimePoint deadline) {
  std::array<char, 16384> buffer;
  for (;;) {
    const bool done = tls_->shake_hands();
    socket_.send(tls_->output(), deadline);
    if (done) return;
    const auto n = socket_.receive(buffer.data(), buffer.size(), deadline);
    tls_->input({buffer.data(), n});
  }
}

void Link::introduce(const Address& address, TimePoint deadline) {
  const std::string password = password_of(address);
  if (!password.empty()) {
    Args auth{"AUTH"};
    if (!address.user.empty()) auth.lent(address.user);
    try {
      ask(auth.lent(password), deadline);
    } catch (const RedisError& error) {
      // Who does not know the command repeats what came with it.
      if (error.kind != RedisError::Kind::server || error.code != "ERR") throw;
      throw RedisError(error.kind, "the server does not take AUTH, or not in this form", "DENIED");
    }
  }
  if (address.database != 0) {
    ask(Args{"SELECT", std::to_string(address.database)}, deadline);
  }
  try {
    ask(Args{"CLIENT", "SETNAME", "openclaw"}, deadline);
  } catch (const RedisError& error) {
    // The name is for the operator's CLIENT LIST only; but the first answer may also be what the
    // server says to a connection that it does not take.
    const bool taken =
        error.code != "NOAUTH" && error.code != "DENIED" &&
        std::string_view(error.what()).find("max number of clients") == std::string_view::npos;
    if (error.kind != RedisError::Kind::server || !taken) throw;
  }
}

/// A server that went down has closed the connection while nothing was asked: then surely nothing
/// is under way, and a new connection may serve.
void Link::check_alive() {
  if (!is_open()) throw RedisError(RedisError::Kind::unreachable, "not connected");
  while (socket_.is_readable()) {
    try {
      feed(deadline_in(1000));
    } catch (const RedisError& error) {
      throw RedisError(RedisError::Kind::unreachable, error.what());
    }
    // TLS says things of its own while nothing is asked; Redis does not.
    if (reader_->len > reader_->pos) {
      const std::string_view words(reader_->buf + reader_->pos,
                                   std::min<std::size_t>(reader_->len - reader_->pos, 200));
      const std::string_view line = words.substr(0, words.find('\r'));
      // As to a connection that it does not take, before it is asked anything.
      throw RedisError(RedisError::Kind::unreachable, std::string(line),
                       line.starts_with('-') ? code_of(line.substr(1)) : std::string());
    }
  }
}

void Link::send(const Args& command, TimePoint deadline) {
  std::vector<const char*> words;
  std::vector<std::size_t> lengths;
  for (const auto word : command.words()) {
    words.push_back(word.data() == nullptr ? "" : word.data());
    lengths.push_back(word.size());
  }
  char* formatted = nullptr;
  const int size = redisFormatCommandArgv(&formatted, static_cast<int>(words.size()), words.data(),
                                          lengths.data());
  if (size < 0) throw RedisError(RedisError::Kind::unreachable, "the command is too large");
  const std::unique_ptr<char, void (*)(char*)> owned(formatted, redisFreeCommand);
  std::string_view bytes(formatted, static_cast<std::size_t>(size));
  if (tls_ == nullptr) return socket_.send(bytes, deadline);
  while (!bytes.empty()) {
    tls_->encrypt(bytes.substr(0, kSendPiece));
    socket_.send(tls_->output(), deadline);
    bytes.remove_prefix(std::min(bytes.size(), kSendPiece));
  }
}

/// Whatever comes next, into the reader.
void Link::feed(TimePoint deadline) {
  std::array<char, 65536> buffer;
  const auto n = socket_.receive(buffer.data(), buffer.size(), deadline);
  received_ += n;
  if (tls_ == nullptr) {
    redisReaderFeed(reader_.get(), buffer.data(), n);
    return;
  }
  std::string plain;
  tls_->decrypt({buffer.data(), n}, plain);
  if (const auto answer = tls_->output(); !answer.empty()) socket_.send(answer, deadline);
  if (!plain.empty()) redisReaderFeed(reader_.get(), plain.data(), plain.size());
}

Reply Link::receive(TimePoint deadline, std::size_t longest) {
  received_ = 0;
  for (;;) {
    void* found = nullptr;
    if (redisReaderGetReply(reader_.get(), &found) != REDIS_OK) {
      throw RedisError(RedisError::Kind::lost,
                       std::string("no answer of Redis: ") + reader_->errstr);
    }
    if (found != nullptr) return Reply(static_cast<redisReply*>(found));
    if (received_ > longest) {
      throw RedisError(RedisError::Kind::lost, "an answer longer than is read", kTooLong);
    }
    feed(deadline);
  }
}

void Link::subscribe(const std::string& channel, TimePoint deadline) {
  run(Args{"SUBSCRIBE", channel}, deadline);
}

std::optional<Reply> Link::next_push(TimePoint deadline) {
  try {
    received_ = 0;
    for (;;) {
      void* found = nullptr;
      if (redisReaderGetReply(reader_.get(), &found) != REDIS_OK || received_ > kLongestReply) {
        throw RedisError(RedisError::Kind::lost, "no message of Redis");
      }
      if (found != nullptr) return Reply(static_cast<redisReply*>(found));
      // What is there already is taken also when the time is over.
      feed(socket_.is_readable() ? deadline_in(1000) : deadline);
    }
  } catch (const RedisError& error) {
    if (error.kind == RedisError::Kind::deadline) return {};
    close();
    throw;
  }
}

void Link::begin(const Args& command, TimePoint deadline) {
  try {
    check_alive();
    send(command, deadline);
  } catch (const RedisError&) {
    close();
    throw;
  }
}

Reply Link::finish(TimePoint deadline, std::size_t longest) {
  try {
    Reply reply = receive(deadline, longest);
    if (!reply.is_error()) return reply;
    const auto words = reply.text();
    const auto told = words.starts_with(kFirstWrite) ? words.substr(kFirstWrite.size()) : words;
    throw RedisError(RedisError::Kind::server, std::string(told), code_of(words));
  } catch (const RedisError& error) {
    if (error.kind != RedisError::Kind::server) close();
    throw;
  }
}

Reply Link::ask(const Args& command, TimePoint deadline, std::size_t longest) {
  begin(command, deadline);
  return finish(deadline, longest);
}

/// "MOVED 3999 127.0.0.1:6381"; without a host it is the same one's.
bool Link::follow(const RedisError& moved) {
  const std::string_view words = moved.what();
  const auto place = words.substr(words.rfind(' ') + 1);
  const auto colon = place.rfind(':');
  if (colon == std::string_view::npos || !address_.socket.empty()) return false;
  Address node = address_;
  if (colon != 0) node.host = place.substr(0, colon);
  node.port = place.substr(colon + 1);
  node_ = node;
  close();
  return true;
}

Reply Link::run(const Args& command, TimePoint deadline, std::size_t longest) {
  try {
    return ask(command, deadline, longest);
  } catch (const RedisError& error) {
    if (error.code != "MOVED" || !follow(error)) throw;
  }
  open(deadline);
  return ask(command, deadline, longest);
}

Reply Link::run(const Script& script, const std::string& key, const Args& args,
                TimePoint deadline) {
  const auto call = [&](std::string_view how, const std::string& what) {
    return run(Args().lent(how).lent(what).lent("1").lent(key).add(args), deadline);
  };
  try {
    return call("EVALSHA", script.sha1);
  } catch (const RedisError& error) {
    if (error.code != "NOSCRIPT") throw;
  }
  return call("EVAL", script.text);
}

}  // namespace openclaw::redis
