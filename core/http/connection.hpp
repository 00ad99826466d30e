// One HTTP/1.1 connection: reads requests, has them admitted and handled, and writes the answers.
#pragma once

#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <string>

#include "core/http/body_rate.hpp"
#include "core/http/chunked_body.hpp"
#include "core/http/exchange.hpp"
#include "core/http/shard.hpp"

namespace openclaw::http {

/// With the concrete executor: any_io_executor costs an indirect call and an allocation per
/// operation.
using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

/// [loop] unless said otherwise. One request at a time; what a client pipelines waits in the
/// buffer.
class Connection final : public Peer, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<ServerState> state, Shard& shard, ConnectionSlot slot, Socket socket);

  void start();
  void sweep(runtime::TimePoint now) override;
  void drain() override;
  void cut() override;

  // What a Responder calls.
  void answer(unsigned status, const Headers& headers, std::string body);
  void flush_stream();  ///< sends what the stream holds, unless a write is under way
  void watch_gone(runtime::Task gone);
  /// [any thread] The Responder is no more, so the next request may use the buffers.
  void release();
  [[nodiscard]] AnswerStream& stream() { return stream_; }
  [[nodiscard]] const ReceivedRequest& request() const { return request_; }
  [[nodiscard]] runtime::Loop& loop() { return shard_.loop(); }

 private:
  static constexpr std::size_t free_head = 4U << 10U;
  enum class Phase : std::uint8_t { head, body, handling, lingering };

  // connection.cpp: the socket and the order of things. The steps say whether to go on.
  void read();
  void compact();
  void on_read(const boost::system::error_code& ec, std::size_t n);
  void advance();
  bool finish_exchange();
  void linger();
  void observe();
  void set_under_way(bool is);

  // connection_request.cpp: from bytes to the handler.
  bool take_head();
  bool take_body();
  bool take_sized_body();
  bool take_chunked_body();
  bool refuse_body_over_budget();
  bool parse();
  void admit();
  void upgrade();
  void handle();
  void refuse(unsigned status, std::string_view type, std::string_view message,
              const Headers& headers = {});
  void give_up(unsigned status, std::string_view type, std::string_view message,
               const Headers& headers = {});
  void give_up_stopping();
  [[nodiscard]] std::string_view unread() const { return {in_.data() + begin_, end_ - begin_}; }

  // connection_answer.cpp: from the answer to bytes.
  void put_head(unsigned status, const Headers& headers, Framing framing);
  void write();
  void on_write(const boost::system::error_code& ec, std::size_t n);
  void written();

  std::shared_ptr<ServerState> state_;  ///< shared with the server and its other connections
  Shard& shard_;
  std::optional<ConnectionSlot> slot_;
  std::optional<Socket> socket_;  ///< empty once closed
  boost::asio::ip::address peer_;

  std::string in_;         ///< received bytes, at [begin_, end_)
  std::size_t begin_ = 0;  ///< of the current request's head, or of what follows it
  std::size_t end_ = 0;
  std::size_t consumed_ = 0;  ///< bytes from begin_ on that belong to the current request
  std::size_t head_size_ = 0;
  std::size_t body_received_ =
      0;  ///< in request_.long_body, which is larger while a read is pending
  HeadScanner scanner_;
  ReceivedRequest request_;
  ChunkedBody chunks_;
  BodyRate body_rate_;
  BodyShare body_share_;
  BodyShare head_share_{free_head};     ///< for in_, as long as a head has made it long
  std::shared_ptr<const Route> route_;  ///< shared with Routes, which may drop it meanwhile

  std::string out_;   ///< head and small bodies, or a batch of a stream
  std::string tail_;  ///< a large body, sent from where it is
  std::size_t out_sent_ = 0;
  std::size_t stream_bytes_ = 0;  ///< of the batch under way
  AnswerStream stream_;
  runtime::Task gone_;

  Phase phase_ = Phase::head;
  unsigned status_ = 0;   ///< of the answer, once it has begun
  bool reading_ = false;  ///< into in_ at end_, or into the body
  bool reading_body_ = false;
  bool writing_ = false;
  bool advancing_ = false;
  bool streaming_ = false;
  bool stream_ended_ = false;
  bool answered_ = false;     ///< the whole answer has been written
  bool body_unread_ = false;  ///< answered early: the rest cannot be told from a next request
  bool last_ = false;         ///< close after this answer
  bool under_way_ = false;    ///< counted in ServerState::under_way
  bool head_begun_ = false;   ///< the header deadline runs
  static constexpr unsigned released = 1, waiting = 2;
  std::atomic<unsigned> handover_{0};  ///< those bits, see release()
  runtime::TimePoint began_{};         ///< of the current request
  runtime::TimePoint deadline_{};      ///< TimePoint{} = none
};

}  // namespace openclaw::http
