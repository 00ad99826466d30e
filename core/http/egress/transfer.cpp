// Maps a request onto libcurl options, and libcurl's callbacks onto the caller's.
#include "core/http/egress/transfer.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "core/http/egress/address_policy.hpp"
#include "core/http/strict_request.hpp"

namespace openclaw::http::egress {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t max_head = 256U << 10U;

Error error_of(Errc code, std::string message) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  return error;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7F;
  });
}

bool repeatable(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

ip::address address_of(const sockaddr& any) {
  if (any.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(any);
    return ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (any.sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(any);
    ip::address_v6::bytes_type bytes;
    std::copy(std::begin(v6.sin6_addr.s6_addr), std::end(v6.sin6_addr.s6_addr), bytes.begin());
    return ip::address_v6(bytes);
  }
  return ip::address_v4();  // not public
}

/// The socket's own port, or -1 when it is no longer open.
int port_of(curl_socket_t socket) {
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&local), &size) != 0) return -1;
  // The port stands at the same place in both.
  return ntohs(reinterpret_cast<const sockaddr_in&>(local).sin_port);
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  // Only options that this libcurl knows are used, so a failure is out of memory.
  if (curl_easy_setopt(easy, option, value) == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
}

}  // namespace

std::optional<Error> check_request(const Request& request) {
  const bool http =
      request.url.size() > 7 && equals_ignoring_case(request.url.substr(0, 7), "http://");
  const bool https =
      request.url.size() > 8 && equals_ignoring_case(request.url.substr(0, 8), "https://");
  if (!http && !https) {
    return error_of(Errc::invalid, "the URL does not start with http:// or https://");
  }
  if (has_control(request.url) || request.url.find(' ') != std::string::npos) {
    return error_of(Errc::invalid, "the URL holds blanks or control characters");
  }
  if (request.method.empty() ||
      request.method.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") != std::string::npos) {
    return error_of(Errc::invalid, "malformed request method");
  }
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || has_control(name) || name.find_first_of(" :\t;") != std::string::npos ||
        has_control(value)) {
      return error_of(Errc::invalid, "malformed request header");
    }
  }
  if (request.public_only && !request.proxy.empty()) {
    return error_of(Errc::invalid,
                    "through a proxy it cannot be checked that an address is public");
  }
  return std::nullopt;
}

Transfer::Transfer(TransferId id, Request request, Callbacks callbacks, runtime::TimePoint now)
    : id_(id), request_(std::move(request)), callbacks_(std::move(callbacks)), started_(now) {}

void Transfer::prepare(Easy easy, SocketWatch& sockets) {
  easy_ = std::move(easy);
  sockets_ = &sockets;
  error_text_.assign(CURL_ERROR_SIZE, '\0');
  CURL* const curl = easy_.get();
  set(curl, CURLOPT_PRIVATE, this);
  set(curl, CURLOPT_ERRORBUFFER, error_text_.data());
  set(curl, CURLOPT_NOSIGNAL, 1L);
  // Without it, giving up on a transfer waits for the resolver's thread, and the loop with it.
  set(curl, CURLOPT_QUICK_EXIT, 1L);
  set(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  set(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  set(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  set(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(curl, CURLOPT_URL, request_.url.c_str());
  set(curl, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(curl, CURLOPT_HEADERDATA, this);
  set(curl, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(curl, CURLOPT_WRITEDATA, this);
  set(curl, CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  set(curl, CURLOPT_PREREQDATA, this);
  if (request_.connect.count() > 0) {
    // Ours comes first and says so; this one covers what happens inside libcurl's own waits.
    set(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect.count() + 1000));
  }
  prepare_method();
  prepare_headers();
  prepare_route(sockets);
}

void Transfer::prepare_method() {
  CURL* const curl = easy_.get();
  const std::string& method = request_.method;
  if (!repeatable(method)) {
    // Servers close what idles, many after 5 s. A request that meets the closing ends in doubt.
    set(curl, CURLOPT_MAXAGE_CONN, 3L);
  }
  if (method == "HEAD") {
    set(curl, CURLOPT_NOBODY, 1L);
  } else if (method == "POST" || !request_.body.empty()) {
    set(curl, CURLOPT_POST, 1L);
    set(curl, CURLOPT_POSTFIELDS, request_.body.data());
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    if (method != "POST") set(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  } else {
    set(curl, CURLOPT_HTTPGET, 1L);
    if (method != "GET") set(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
}

void Transfer::prepare_headers() {
  bool content_type = false;
  bool user_agent = false;
  const auto append = [this](const std::string& line) {
    curl_slist* const longer = curl_slist_append(header_list_.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(header_list_.release());
    header_list_.reset(longer);
  };
  for (const auto& [name, value] : request_.headers) {
    content_type = content_type || equals_ignoring_case(name, "Content-Type");
    user_agent = user_agent || equals_ignoring_case(name, "User-Agent");
    append(value.empty() ? name + ";" : name + ": " + value);  // "Name:" would remove the header
  }
  append("Expect:");  // else a large POST waits for a 100 that many servers never send
  if (!content_type) append("Content-Type:");  // else libcurl claims a form
  if (!user_agent) set(easy_.get(), CURLOPT_USERAGENT, "openclaw");
  set(easy_.get(), CURLOPT_HTTPHEADER, header_list_.get());
}

void Transfer::prepare_route(SocketWatch& sockets) {
  CURL* const curl = easy_.get();
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  if (request_.max_redirects > 0) {
    set(curl, CURLOPT_FOLLOWLOCATION, 1L);
    set(curl, CURLOPT_MAXREDIRS, static_cast<long>(request_.max_redirects));
    const bool https = equals_ignoring_case(request_.url.substr(0, 8), "https://");
    set(curl, CURLOPT_REDIR_PROTOCOLS_STR, https ? "https" : "http,https");  // never down to plain
  }
  if (!request_.proxy.empty()) {
    set(curl, CURLOPT_PROXY, request_.proxy.c_str());
  } else if (request_.public_only) {
    set(curl, CURLOPT_PROXY, "");  // also not from the environment: it would hide the address
  }
  set(curl, CURLOPT_RESOLVER_START_FUNCTION, &Transfer::on_resolve);
  set(curl, CURLOPT_RESOLVER_START_DATA, this);
  set(curl, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open);
  set(curl, CURLOPT_OPENSOCKETDATA, this);
  // Connections outlive transfers, so their closing must not point here.
  set(curl, CURLOPT_CLOSESOCKETFUNCTION, &Transfer::on_close);
  set(curl, CURLOPT_CLOSESOCKETDATA, &sockets);
}

int Transfer::on_resolve(void*, void*, void* self) {
  static_cast<Transfer*>(self)->looked_for_ = true;
  return 0;
}

curl_socket_t Transfer::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.looked_for_ = true;  // also where the address was known already
  // The address that is connected to, whatever a name server says a moment earlier or later.
  if (transfer.request_.public_only && !is_public(address_of(address->addr))) {
    transfer.stop(Errc::invalid, "the URL leads to an address that is not public");
    return CURL_SOCKET_BAD;
  }
  const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                              address->protocol);
  if (socket < 0) return CURL_SOCKET_BAD;
  transfer.opened_.push_back(socket);
  return socket;
}

int Transfer::on_close(void* sockets, curl_socket_t socket) {
  return static_cast<SocketWatch*>(sockets)->close(socket);
}

int Transfer::on_connected(void* self, char* remote, char*, int, int local_port) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.request_.public_only) {
    // A kept connection that another request opened without this rule was not checked at opening.
    boost::system::error_code ec;
    const ip::address address = ip::make_address(remote, ec);
    if (ec || !is_public(address)) {
      transfer.stop(Errc::invalid, "the URL leads to an address that is not public");
      return CURL_PREREQFUNC_ABORT;
    }
  }
  if (transfer.attempts_ > transfer.redirects_ && !repeatable(transfer.request_.method)) {
    // libcurl repeats a request whose kept connection broke; what it asks for might be done twice.
    transfer.stop(Errc::network, "the connection broke before an answer came");
    return CURL_PREREQFUNC_ABORT;
  }
  for (const curl_socket_t socket : transfer.opened_) {
    if (port_of(socket) == local_port) transfer.sockets_->established(socket);
  }
  transfer.opened_.clear();
  ++transfer.attempts_;
  transfer.connected_at_ = transfer.last_byte_ = runtime::SteadyClock::now();
  return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.stopped()) return 0;
  const std::size_t bytes = size * count;
  return transfer.take_header(std::string_view(data, bytes)) ? bytes : 0;
}

bool Transfer::take_header(std::string_view line) {
  last_byte_ = runtime::SteadyClock::now();
  header_bytes_ += line.size();
  if (header_bytes_ > max_head) {
    stop(Errc::too_large, "the response's head is too large");
    return false;
  }
  if (head_done_) return true;  // trailers
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.empty()) return take_head();
  if (line.starts_with("HTTP/")) {
    headers_.clear();
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  headers_.emplace_back(std::string(line.substr(0, colon)), std::string(value));
  return true;
}

bool Transfer::take_head() {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status < 200) return true;  // interim
  if (request_.max_redirects > 0 &&
      (status == 301 || status == 302 || status == 303 || status == 307 || status == 308)) {
    for (const auto& [name, value] : headers_) {
      if (!equals_ignoring_case(name, "Location")) continue;
      ++redirects_;
      return true;
    }
  }
  head_done_ = true;
  if (callbacks_.head) callbacks_.head(static_cast<unsigned>(status), headers_);
  return !stopped();
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.stopped()) return CURL_WRITEFUNC_ERROR;
  if (transfer.paused) return CURL_WRITEFUNC_PAUSE;
  const std::size_t bytes = size * count;
  transfer.last_byte_ = runtime::SteadyClock::now();
  transfer.body_bytes_ += bytes;
  if (transfer.body_bytes_ > transfer.request_.max_bytes) {
    transfer.stop(Errc::too_large, "the response's body is too large");
    return CURL_WRITEFUNC_ERROR;
  }
  if (transfer.callbacks_.data) {
    transfer.callbacks_.data(std::string_view(data, bytes));
  } else {
    transfer.body_.append(data, bytes);
  }
  return transfer.stopped() ? CURL_WRITEFUNC_ERROR : bytes;
}

void Transfer::stop(Errc code, std::string message) {
  if (!stopped_) stopped_ = error_of(code, std::move(message));
}

std::optional<runtime::TimePoint> Transfer::next_deadline() const {
  runtime::TimePoint next = started_ + request_.total;
  const auto consider = [&next](runtime::TimePoint from, runtime::Millis delay) {
    if (delay.count() > 0) next = std::min(next, from + delay);
  };
  if (attempts_ == 0) {
    consider(started_, request_.connect);
  } else {
    if (!head_done_) consider(connected_at_, request_.first_byte);
    if (idle_counts()) consider(last_byte_, request_.idle);
  }
  return next;
}

bool Transfer::expire(runtime::TimePoint now) {
  const auto passed = [now](runtime::TimePoint from, runtime::Millis delay) {
    return delay.count() > 0 && now >= from + delay;
  };
  const auto text = [](std::string_view what, runtime::Millis delay) {
    return "no " + std::string(what) + " within " + std::to_string(delay.count()) + " ms";
  };
  if (now >= started_ + request_.total) {
    stop(Errc::deadline, text("complete answer (total deadline)", request_.total));
  } else if (attempts_ == 0 && passed(started_, request_.connect)) {
    stop(Errc::deadline,
         looked_for_
             ? text("connection (connect deadline)", request_.connect)
             : text("free connection (connect deadline)", request_.connect) +
                   ": too many requests are under way, most of them to a server that is slow");
  } else if (attempts_ > 0 && !head_done_ && passed(connected_at_, request_.first_byte)) {
    stop(Errc::deadline, text("first byte (first-byte deadline)", request_.first_byte));
  } else if (attempts_ > 0 && idle_counts() && passed(last_byte_, request_.idle)) {
    stop(Errc::deadline, text("byte (idle deadline)", request_.idle));
  }
  return stopped();
}

Result<std::string> Transfer::outcome(CURLcode code) {
  if (code == CURLE_OK && !stopped_) return std::move(body_);
  Error error;
  if (stopped_) {
    error = std::move(*stopped_);
  } else {
    const std::string detail = error_text_.c_str();
    error.message = detail.empty() ? curl_easy_strerror(code) : detail;
    switch (code) {
      case CURLE_URL_MALFORMAT:
      case CURLE_UNSUPPORTED_PROTOCOL:
        // Once a server was asked, it is what the server said: HTTP/0.9, or a bad Location.
        error.code = attempts_ > 0 ? Errc::network : Errc::invalid;
        break;
      case CURLE_OUT_OF_MEMORY:
        error.code = Errc::network;
        if (attempts_ > 0 && !head_done_) {  // libcurl says so of a line over 100 KiB
          error.code = Errc::too_large;
          error.message = "a line of the response's head is too long";
        }
        break;
      case CURLE_OPERATION_TIMEDOUT:
        error.code = Errc::deadline;
        break;
      default:
        error.code = Errc::network;
    }
  }
  error.retryable = error.code == Errc::network || error.code == Errc::deadline;
  error.maybe_done = attempts_ > 0;
  long status = 0;
  if (head_done_ && easy_ != nullptr) {
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  }
  error.http_status = static_cast<int>(status);
  return error;
}

}  // namespace openclaw::http::egress
