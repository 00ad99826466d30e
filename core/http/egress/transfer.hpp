// One outgoing request on a libcurl easy handle: its options, its answer, its deadlines.
#pragma once

#include <curl/curl.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/http/egress/client.hpp"
#include "core/http/egress/socket_watch.hpp"

namespace openclaw::http::egress {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// Why a request cannot be sent at all, or nothing.
std::optional<Error> check_request(const Request& request);

class Transfer {
 public:
  Transfer(TransferId id, Request request, Callbacks callbacks, runtime::TimePoint now);

  /// Sets every option on a fresh or reset handle. `sockets` outlives the handle.
  void prepare(Easy easy, SocketWatch& sockets);
  /// The next deadline that can pass as things stand; absent when there is none.
  [[nodiscard]] std::optional<runtime::TimePoint> next_deadline() const;
  /// Notes the deadline that has passed at `now`, if any, as the reason to stop.
  bool expire(runtime::TimePoint now);
  void resumed(runtime::TimePoint now) { last_byte_ = now; }
  void cancel() { stop(Errc::cancelled, "cancelled"); }
  /// What done() is given when libcurl ended with `code`.
  Result<std::string> outcome(CURLcode code);

  [[nodiscard]] TransferId id() const { return id_; }
  [[nodiscard]] CURL* easy() const { return easy_.get(); }
  [[nodiscard]] bool stopped() const { return stopped_.has_value(); }
  [[nodiscard]] Callbacks& callbacks() { return callbacks_; }
  Easy take_easy() { return std::move(easy_); }

  bool paused = false;  ///< asked for by the owner
  runtime::TimerId timer;

 private:
  /// Before the head the first-byte deadline says how long to wait, where there is one.
  [[nodiscard]] bool idle_counts() const {
    return !paused && (head_done_ || request_.first_byte.count() == 0);
  }
  void prepare_method();
  void prepare_headers();
  void prepare_route(SocketWatch& sockets);
  void stop(Errc code, std::string message);

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_resolve(void* resolver, void* reserved, void* self);
  static int on_connected(void* self, char* remote, char* local, int remote_port, int local_port);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close(void* sockets, curl_socket_t socket);
  bool take_header(std::string_view line);
  bool take_head();

  const TransferId id_;
  Request request_;
  Callbacks callbacks_;
  Easy easy_;
  std::unique_ptr<curl_slist, ListDeleter> header_list_;
  SocketWatch* sockets_ = nullptr;
  std::vector<curl_socket_t> opened_;  ///< for this request; libcurl keeps one and drops the rest
  std::string error_text_;

  Headers headers_;
  std::size_t header_bytes_ = 0;
  std::string body_;
  std::size_t body_bytes_ = 0;
  bool looked_for_ = false;  ///< the server; false while no connection may be opened
  unsigned attempts_ = 0;    ///< connections on which the request was begun
  unsigned redirects_ = 0;
  bool head_done_ = false;
  std::optional<Error> stopped_;  ///< why we, not libcurl, ended it

  const runtime::TimePoint started_;
  runtime::TimePoint connected_at_{};
  runtime::TimePoint last_byte_{};
};

}  // namespace openclaw::http::egress
