// One request with the state of its answer, shared by the connection and the handler's Responder.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "core/http/message.hpp"
#include "core/http/strict_request.hpp"

namespace openclaw::http {

/// What a handler sees. Not touched by the connection while a Responder exists.
class ReceivedRequest final : public Request {
 public:
  [[nodiscard]] std::string_view method() const override { return head.method; }
  [[nodiscard]] std::string_view path() const override { return head.path; }
  [[nodiscard]] std::string_view query() const override { return head.query; }
  [[nodiscard]] std::string_view header(std::string_view name) const override {
    return head.header(name);
  }
  [[nodiscard]] Headers headers() const override;
  [[nodiscard]] std::string_view body() const override { return body_view; }
  [[nodiscard]] const std::string& client_ip() const override { return client; }

  RequestHead head;
  std::string_view body_view;
  std::string long_body;  ///< where it did not arrive together with the head
  std::string client;
};

/// [any thread] A streamed answer between the handler that writes and the loop that sends.
class AnswerStream {
 public:
  static constexpr std::size_t max_waiting = 8U << 20U;
  enum class Wake : std::uint8_t { none, flush, cut };

  /// Makes it ready for the next answer. Only while no Responder exists.
  void reset();
  void begin(unsigned status, Headers headers, bool chunked, bool discard_body);
  /// `accepted` is false once the client is gone or too slow. A wake other than none is to be
  /// passed on to the loop: only the first write after a flush needs one.
  Wake write(std::string_view bytes, bool& accepted);
  Wake end();
  void gone();  ///< [loop] the client has left; writes fail from here on

  struct Batch {
    bool begins = false;
    bool ends = false;
    unsigned status = 0;
    Headers headers;
    std::string bytes;
  };
  /// [loop] Takes everything that waits.
  Batch take();
  void sent(std::size_t bytes);  ///< [loop] of what was taken

 private:
  Wake wake();

  std::mutex mutex_;
  Batch batch_;
  std::size_t unsent_ = 0;  ///< waiting here or taken and not yet sent
  bool chunked_ = false;
  bool discard_body_ = false;
  bool gone_ = false;
  bool woken_ = false;
};

}  // namespace openclaw::http
