// An HTTP request as handlers see it, after the strict checks, and the way to answer it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/runtime/error.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::http {

using Header = std::pair<std::string, std::string>;
using Headers = std::vector<Header>;

/// Valid until the handler's Responder is destroyed. Header names compare without case.
class Request {
 public:
  virtual ~Request() = default;
  [[nodiscard]] virtual std::string_view method() const = 0;  ///< upper case
  [[nodiscard]] virtual std::string_view path() const = 0;    ///< without the query, as received
  [[nodiscard]] virtual std::string_view query() const = 0;   ///< after '?', undecoded, or empty
  /// The first header of that name, or empty.
  [[nodiscard]] virtual std::string_view header(std::string_view name) const = 0;
  [[nodiscard]] virtual Headers headers() const = 0;
  [[nodiscard]] virtual std::string_view body() const = 0;  ///< whole, dechunked
  /// Canonical client address: the peer's, or the one a trusted proxy reports.
  [[nodiscard]] virtual const std::string& client_ip() const = 0;
};

/// Answers one request, from any thread, exactly once: respond(), or begin() write()* end().
/// Destroying it unanswered answers 500, or cuts the connection when a stream had begun.
class Responder {
 public:
  virtual ~Responder() = default;

  /// [any thread] The whole answer. Content-Length, Date, CORS and security headers are added.
  virtual void respond(unsigned status, Headers headers, std::string body) = 0;

  /// [any thread] Starts a streamed (chunked, or until close for HTTP/1.0) answer.
  virtual void begin(unsigned status, Headers headers) = 0;
  /// [any thread] Queues bytes. What is queued while a write is under way goes out as one write.
  /// Returns false once the client is gone, or when over 8 MiB wait for a slow reader (it is then
  /// cut).
  virtual bool write(std::string bytes) = 0;
  virtual void end() = 0;

  /// [any thread, before the answer ends] `gone` runs on the connection's loop, once, if the client
  /// disconnects before the answer is complete.
  virtual void on_gone(runtime::Task gone) = 0;

  /// The request being answered; its loop is where the handler ran.
  [[nodiscard]] virtual const Request& request() const = 0;
  [[nodiscard]] virtual runtime::Loop& loop() = 0;
};
using ResponderPtr = std::unique_ptr<Responder>;

/// {"error":{"message":…,"type":…,"param":null,"code":null}}, the form that OpenAI clients
/// understand.
std::string error_body(std::string_view type, std::string_view message);
/// Answers with error_body().
void respond_error(Responder& responder, unsigned status, std::string_view type,
                   std::string_view message, Headers extra = {});

}  // namespace openclaw::http
