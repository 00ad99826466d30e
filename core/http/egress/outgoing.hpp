// What every outgoing connection has: name, connection and TLS, a bounded queue, deadlines, one
// end.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "core/http/egress/client_stream.hpp"
#include "core/http/egress/connection.hpp"
#include "core/http/egress/endpoint.hpp"
#include "core/http/egress/name_lookups.hpp"

namespace openclaw::http::egress {

/// Kept alive by its own handlers and timers; the owner's handle lets go of it through abandon().
class Outgoing : public std::enable_shared_from_this<Outgoing> {
 public:
  using error_code = boost::system::error_code;

  Outgoing(runtime::Loop& loop, ConnectRequest request, ConnectionCallbacks callbacks,
           Endpoint endpoint, std::shared_ptr<boost::asio::ssl::context> tls);
  virtual ~Outgoing() = default;
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  void start(NameLookups& names);
  Connection::Sent send(std::string payload, bool binary);
  void close(std::uint16_t code, std::string_view reason);
  void cancel();
  void pause(bool paused);
  void abandon();  ///< cuts it without calling back

 protected:
  struct Message {
    std::string payload;
    bool binary = false;
  };

  // What the protocol does. Each ends in one of the calls below.
  virtual void greet() = 0;                        ///< connected: then opened() or fail()
  virtual void read() = 0;                         ///< one piece: then received(), or ended()
  virtual void write(const Message& message) = 0;  ///< then written(), or ended()
  virtual void farewell(std::uint16_t code, const std::string& reason) = 0;  ///< then ended()
  virtual void ping() {}  ///< something that the peer answers, if there is such a thing
  virtual void cut();

  void opened();
  void received(std::string_view payload, bool binary);
  void written();
  void heard() {
    heard_at_ = runtime::SteadyClock::now();
    pinged_ = false;
  }
  /// It had stood, and is over. Again, or after finish(): ignored.
  void ended(Closing closing);
  void fail(Error error);
  [[nodiscard]] bool over() const { return finished_; }
  [[nodiscard]] bool listening() const { return reading_; }
  [[nodiscard]] bool is_open() const { return open_ && !finished_; }

  virtual ClientStream& stream() = 0;
  runtime::Loop& loop_;
  ConnectRequest request_;
  Endpoint endpoint_;

 private:
  void resolved(const Result<NameLookups::Addresses>& found);
  void connected(const error_code& ec);
  void shake_hands();
  void finish(Result<Closing> result);
  void flush();
  void watch_idle();
  [[nodiscard]] Error refused(const std::string& what) const;

  ConnectionCallbacks callbacks_;
  std::shared_ptr<boost::asio::ssl::context> tls_;  ///< shared by the loop's connections
  std::deque<Message> queue_;
  std::size_t queued_ = 0;
  std::optional<Closing> closing_;  ///< asked for by the owner
  bool open_ = false, writing_ = false, reading_ = false, paused_ = false, parting_ = false;
  bool finished_ = false, pinged_ = false;
  runtime::TimerId deadline_{}, idle_{};
  runtime::TimePoint heard_at_{};
};

std::shared_ptr<Outgoing> make_websocket(runtime::Loop& loop, ConnectRequest request,
                                         ConnectionCallbacks callbacks, Endpoint endpoint,
                                         std::shared_ptr<boost::asio::ssl::context> tls);
std::shared_ptr<Outgoing> make_byte_stream(runtime::Loop& loop, ConnectRequest request,
                                           ConnectionCallbacks callbacks, Endpoint endpoint,
                                           std::shared_ptr<boost::asio::ssl::context> tls);

}  // namespace openclaw::http::egress
