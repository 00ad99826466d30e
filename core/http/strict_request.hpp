// The one reading of a request's head: what it accepts has a single meaning for us and any proxy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace openclaw::http {

/// Compares ASCII without case, as header names do.
bool equals_ignoring_case(std::string_view a, std::string_view b);

struct HeaderField {
  std::string_view name;   ///< as received
  std::string_view value;  ///< without surrounding blanks
};

/// Points into the bytes that were parsed. Reused from request to request for its capacity.
struct RequestHead {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view host;
  std::vector<HeaderField> fields;
  std::uint64_t content_length = 0;
  bool http_1_0 = false;
  bool chunked = false;
  bool keep_alive = true;
  bool expect_continue = false;
  bool wants_websocket = false;  ///< Connection: upgrade and Upgrade: websocket

  /// The first field of that name, or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// Forgets the bytes it pointed into.
  void clear();
  [[nodiscard]] bool has_body() const { return chunked || content_length > 0; }
};

/// Why a request is refused. `reason` is a literal.
struct Rejection {
  unsigned status = 400;
  std::string_view reason;
};

/// Finds where a head ends while its bytes arrive. Each byte is looked at once.
class HeadScanner {
 public:
  enum class Found : std::uint8_t { incomplete, complete, malformed };
  /// `bytes` starts at the request's first byte and only grows between calls. Malformed as soon as
  /// a line ends in a bare LF, so that such a request is refused instead of waited for.
  Found scan(std::string_view bytes);
  [[nodiscard]] std::size_t size() const { return scanned_; }  ///< of the complete head
  void reset() { scanned_ = 0; }

 private:
  std::size_t scanned_ = 0;
};

/// Parses a complete head, blank line included. Nothing leaves `head` in a usable state when it is
/// rejected.
std::optional<Rejection> parse_head(std::string_view bytes, RequestHead& head);

}  // namespace openclaw::http
