// One connection to a Redis server: its words and its answers.
#pragma once

#include <hiredis/hiredis.h>

#include <memory>
#include <optional>
#include <string>

#include "address.hpp"
#include "args.hpp"
#include "error.hpp"
#include "reply.hpp"
#include "script.hpp"
#include "socket.hpp"
#include "tls.hpp"

namespace openclaw::redis {

/// hiredis gives the protocol, this the bytes: Debian 12's has no TLS and waits as it likes. No
/// answer is read beyond kLongestReply. Used by one thread at a time.
class Link {
 public:
  static constexpr std::size_t kLongestReply = 256 << 20;
  static constexpr const char* kTooLong = "TOOLONG";  ///< the code of the error (lost)

  explicit Link(Address address) : address_(std::move(address)) {}

  [[nodiscard]] bool is_open() const { return reader_ != nullptr; }
  /// Connects, and says who we are. Throws RedisError (unreachable, refused).
  void open(TimePoint deadline);
  void close();

  /// An answer that is an error is thrown as RedisError (server); after `lost` and `deadline` it is
  /// closed. A cluster that names another node is followed, once.
  Reply run(const Args& command, TimePoint deadline, std::size_t longest = kLongestReply);
  /// By its name where the server knows it, else by its text. `key` begins as all of its keys do.
  Reply run(const Script& script, const std::string& key, const Args& args, TimePoint deadline);

  /// Asks without waiting; then nothing is asked before the answer was taken by finish(). Both
  /// throw as run() does, but follow nobody.
  void begin(const Args& command, TimePoint deadline);
  Reply finish(TimePoint deadline, std::size_t longest = kLongestReply);

  /// Subscribes to a channel; from then on only next_push() is for this connection. Throws
  /// RedisError.
  void subscribe(const std::string& channel, TimePoint deadline);
  /// What the server sent by itself; nothing when nothing came by then. Throws RedisError (lost),
  /// and is closed.
  std::optional<Reply> next_push(TimePoint deadline);

 private:
  struct FreeReader {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };
  void open_at(const Address& address, TimePoint deadline);
  void shake_hands(TimePoint deadline);
  void introduce(const Address& address, TimePoint deadline);
  void check_alive();
  void send(const Args& command, TimePoint deadline);
  Reply receive(TimePoint deadline, std::size_t longest);
  void feed(TimePoint deadline);
  Reply ask(const Args& command, TimePoint deadline, std::size_t longest = kLongestReply);
  bool follow(const RedisError& moved);

  Address address_;
  std::optional<Address> node_;  ///< where a cluster sent us
  Socket socket_;
  std::unique_ptr<Tls> tls_;
  std::unique_ptr<redisReader, FreeReader> reader_;
  std::size_t received_ = 0;  ///< of the answer under way
};

}  // namespace openclaw::redis
