// The handler's end of an exchange.
#include "core/http/responder.hpp"

namespace openclaw::http {
namespace {

class ConnectionResponder final : public Responder {
 public:
  explicit ConnectionResponder(std::shared_ptr<Connection> connection)
      : connection_(std::move(connection)) {}

  ~ConnectionResponder() override {
    if (state_ == State::open) {
      respond_error(*this, 500, "server_error", "the request was not answered");
    } else if (state_ == State::begun) {
      post([](Connection& connection) { connection.cut(); });
    }
    connection_->release();
  }
  ConnectionResponder(const ConnectionResponder&) = delete;
  ConnectionResponder& operator=(const ConnectionResponder&) = delete;

  void respond(unsigned status, Headers headers, std::string body) override {
    if (state_ != State::open) return;
    state_ = State::done;
    if (loop().on_loop()) {
      connection_->answer(status, headers, std::move(body));
      return;
    }
    post([status, h = std::move(headers), b = std::move(body)](Connection& connection) mutable {
      connection.answer(status, h, std::move(b));
    });
  }

  void begin(unsigned status, Headers headers) override {
    if (state_ != State::open) return;
    state_ = State::begun;
    const RequestHead& head = connection_->request().head;
    connection_->stream().begin(status, std::move(headers), !head.http_1_0,
                                head.method == "HEAD" || bodyless(status));
    bool accepted = false;
    pass_on(connection_->stream().write({}, accepted));
  }

  bool write(std::string bytes) override {
    if (state_ != State::begun) return false;
    bool accepted = false;
    pass_on(connection_->stream().write(bytes, accepted));
    return accepted;
  }

  void end() override {
    if (state_ != State::begun) return;
    state_ = State::done;
    pass_on(connection_->stream().end());
  }

  void on_gone(runtime::Task gone) override {
    if (state_ == State::done) return;
    if (loop().on_loop()) {
      connection_->watch_gone(std::move(gone));
      return;
    }
    post([g = std::move(gone)](Connection& connection) mutable {
      connection.watch_gone(std::move(g));
    });
  }

  [[nodiscard]] const Request& request() const override { return connection_->request(); }
  [[nodiscard]] runtime::Loop& loop() override { return connection_->loop(); }

 private:
  enum class State : std::uint8_t { open, begun, done };

  template <class Action>
  void post(Action action) {
    loop().post(
        [connection = connection_, act = std::move(action)]() mutable { act(*connection); });
  }

  // Posted even on the loop: what a handler writes in one go then leaves in one write.
  void pass_on(AnswerStream::Wake wake) {
    if (wake == AnswerStream::Wake::flush) {
      post([](Connection& connection) { connection.flush_stream(); });
    } else if (wake == AnswerStream::Wake::cut) {
      post([](Connection& connection) { connection.cut(); });
    }
  }

  std::shared_ptr<Connection> connection_;
  State state_ = State::open;
};

}  // namespace

ResponderPtr make_responder(std::shared_ptr<Connection> connection) {
  return std::make_unique<ConnectionResponder>(std::move(connection));
}

}  // namespace openclaw::http
