// Parses request heads by RFC 9112 without any of its tolerances, which is where smuggling lives.
#include "core/http/strict_request.hpp"

#include <array>
#include <charconv>

namespace openclaw::http {
namespace {

constexpr std::size_t max_fields = 100;
constexpr std::size_t max_method = 32;

constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> token_table = make_token_table();

bool is_token(std::string_view text) {
  for (const char c : text) {
    if (!token_table[static_cast<unsigned char>(c)]) return false;
  }
  return !text.empty();
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_field_text(std::string_view value) {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F) return false;
  }
  return true;
}

/// Calls `visit` with each element of a comma-separated list until it returns false.
template <class Visit>
bool each_element(std::string_view list, Visit visit) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (!visit(trim(list.substr(0, comma)))) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

/// What the fields of one head say about its framing, gathered in one pass.
struct FramingFields {
  unsigned hosts = 0;
  unsigned lengths = 0;
  unsigned codings = 0;
  unsigned authorizations = 0;
  unsigned api_keys = 0;
  bool close = false;
  bool keep_alive = false;
  bool connection_upgrade = false;
  bool upgrade_websocket = false;
};

std::optional<Rejection> parse_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return Rejection{400, "malformed request line"};
  head.method = line.substr(0, first);
  if (head.method.size() > max_method || head.method.empty()) {
    return Rejection{400, "malformed method"};
  }
  for (const char c : head.method) {
    if ((c < 'A' || c > 'Z') && c != '-' && c != '_') return Rejection{400, "malformed method"};
  }
  line.remove_prefix(first + 1);
  const std::size_t second = line.find(' ');
  if (second == std::string_view::npos) return Rejection{400, "malformed request line"};
  const std::string_view target = line.substr(0, second);
  const std::string_view version = line.substr(second + 1);
  if (version == "HTTP/1.1") {
    head.http_1_0 = false;
  } else if (version == "HTTP/1.0") {
    head.http_1_0 = true;
  } else {
    return Rejection{400, "unsupported HTTP version"};
  }
  for (const char c : target) {
    if (c <= 0x20 || c == 0x7F || c == '#' || c == '\\' || static_cast<unsigned char>(c) > 0x7F) {
      return Rejection{400, "forbidden character in the request target"};
    }
  }
  const bool asterisk = target == "*" && head.method == "OPTIONS";
  if (!asterisk && (target.empty() || target.front() != '/')) {
    return Rejection{400, "the request target must be a path"};
  }
  const std::size_t question = target.find('?');
  head.path = target.substr(0, question);
  head.query =
      question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  return std::nullopt;
}

std::optional<Rejection> take_connection(std::string_view value, FramingFields& framing) {
  const bool sound = each_element(value, [&](std::string_view option) {
    if (equals_ignoring_case(option, "close")) framing.close = true;
    if (equals_ignoring_case(option, "keep-alive")) framing.keep_alive = true;
    if (equals_ignoring_case(option, "upgrade")) framing.connection_upgrade = true;
    // Naming these hop-by-hop makes an intermediary drop what frames or routes the message.
    return !equals_ignoring_case(option, "content-length") &&
           !equals_ignoring_case(option, "transfer-encoding") &&
           !equals_ignoring_case(option, "host");
  });
  if (!sound) return Rejection{400, "forbidden connection option"};
  return std::nullopt;
}

std::optional<Rejection> take_length(std::string_view value, RequestHead& head) {
  // 19 digits always fit; from_chars alone would accept a sign-less prefix such as "5,5".
  if (value.empty() || value.size() > 19) return Rejection{400, "malformed Content-Length"};
  for (const char c : value) {
    if (c < '0' || c > '9') return Rejection{400, "malformed Content-Length"};
  }
  std::from_chars(value.data(), value.data() + value.size(), head.content_length);
  return std::nullopt;
}

std::optional<Rejection> interpret(const HeaderField& field, RequestHead& head,
                                   FramingFields& framing) {
  const auto is = [&](std::string_view name) { return equals_ignoring_case(field.name, name); };
  switch (lower(field.name.front())) {
    case 'a':
      // A proxy may check one of two and pass both on.
      if (is("authorization") && ++framing.authorizations > 1) {
        return Rejection{400, "repeated Authorization"};
      }
      break;
    case 'h':
      if (!is("host")) break;
      if (++framing.hosts > 1) return Rejection{400, "repeated Host"};
      head.host = field.value;
      break;
    case 'c':
      if (is("content-length")) {
        if (++framing.lengths > 1) return Rejection{400, "repeated Content-Length"};
        return take_length(field.value, head);
      }
      if (is("connection")) return take_connection(field.value, framing);
      // CGI-style gateways read an underscore as a hyphen.
      if (is("content_length")) return Rejection{400, "forbidden header name"};
      break;
    case 't':
      if (is("transfer_encoding")) return Rejection{400, "forbidden header name"};
      if (!is("transfer-encoding")) break;
      if (++framing.codings > 1) return Rejection{400, "repeated Transfer-Encoding"};
      if (field.value != "chunked") return Rejection{400, "unsupported Transfer-Encoding"};
      head.chunked = true;
      break;
    case 'x':
      if (is("x-api-key") && ++framing.api_keys > 1) return Rejection{400, "repeated X-API-Key"};
      break;
    case 'u':
      if (is("upgrade") && equals_ignoring_case(field.value, "websocket")) {
        framing.upgrade_websocket = true;
      }
      break;
    case 'e':
      if (!is("expect")) break;
      if (!equals_ignoring_case(field.value, "100-continue")) {
        return Rejection{417, "unsupported expectation"};
      }
      head.expect_continue = true;
      break;
    default:
      break;
  }
  return std::nullopt;
}

std::optional<Rejection> parse_field(std::string_view line, RequestHead& head,
                                     FramingFields& framing) {
  if (is_blank(line.front())) return Rejection{400, "folded header line"};
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return Rejection{400, "header line without a colon"};
  const HeaderField field{line.substr(0, colon), trim(line.substr(colon + 1))};
  if (!is_token(field.name)) return Rejection{400, "malformed header name"};
  if (!is_field_text(field.value)) return Rejection{400, "control character in a header"};
  if (head.fields.size() == max_fields) return Rejection{431, "too many header lines"};
  head.fields.push_back(field);
  return interpret(field, head, framing);
}

std::optional<Rejection> check_framing(RequestHead& head, const FramingFields& framing) {
  if (framing.hosts == 0 && !head.http_1_0) return Rejection{400, "missing Host"};
  if (framing.hosts == 1 && head.host.empty()) return Rejection{400, "empty Host"};
  for (const char c : head.host) {
    const bool sound = (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '.' ||
                       c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
    if (!sound) return Rejection{400, "malformed Host"};
  }
  if (head.chunked && framing.lengths > 0) {
    return Rejection{400, "Transfer-Encoding together with Content-Length"};
  }
  if (head.chunked && head.http_1_0) return Rejection{400, "Transfer-Encoding in HTTP/1.0"};
  head.keep_alive = !framing.close && (!head.http_1_0 || framing.keep_alive);
  head.expect_continue = head.expect_continue && !head.http_1_0;
  head.wants_websocket = framing.connection_upgrade && framing.upgrade_websocket && !head.http_1_0;
  return std::nullopt;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::string_view RequestHead::header(std::string_view name) const {
  for (const HeaderField& field : fields) {
    if (equals_ignoring_case(field.name, name)) return field.value;
  }
  return {};
}

void RequestHead::clear() {
  method = path = query = host = {};
  fields.clear();
  content_length = 0;
  http_1_0 = chunked = expect_continue = wants_websocket = false;
  keep_alive = true;
}

HeadScanner::Found HeadScanner::scan(std::string_view bytes) {
  while (true) {
    const std::size_t at = bytes.find('\n', scanned_);
    if (at == std::string_view::npos) {
      scanned_ = bytes.size();
      return Found::incomplete;
    }
    scanned_ = at + 1;
    if (at == 0 || bytes[at - 1] != '\r') return Found::malformed;
    if (at == 1) return Found::malformed;  // an empty line where the request line belongs
    if (at >= 3 && bytes[at - 2] == '\n') return Found::complete;
  }
}

std::optional<Rejection> parse_head(std::string_view bytes, RequestHead& head) {
  head.clear();
  FramingFields framing;
  bool first = true;
  while (true) {
    const std::size_t end = bytes.find("\r\n");
    if (end == std::string_view::npos) return Rejection{400, "incomplete head"};
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    if (line.empty()) break;
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      return Rejection{400, "bare CR, bare LF or NUL in the head"};
    }
    auto rejection = first ? parse_request_line(line, head) : parse_field(line, head, framing);
    if (rejection) return rejection;
    first = false;
  }
  if (first) return Rejection{400, "missing request line"};
  if (!bytes.empty()) return Rejection{400, "bytes after the head"};
  return check_framing(head, framing);
}

}  // namespace openclaw::http
