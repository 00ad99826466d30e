// Decodes RFC 9112 section 7.1 one byte at a time, except for the data, which is copied in pieces.
#include "core/http/chunked_body.hpp"

#include <algorithm>

namespace openclaw::http {
namespace {

constexpr unsigned max_digits = 8;  // 4 GiB: far above any body cap, far below overflow
constexpr std::size_t max_overhead = 8U << 10U;  // extensions are free to send, so they are bounded

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 || byte == '\t') && byte != 0x7F;
}

}  // namespace

void ChunkedBody::reset(std::size_t max_body) {
  *this = ChunkedBody();
  max_body_ = max_body;
}

ChunkedBody::State ChunkedBody::feed(std::string_view& bytes, std::string& out) {
  while (!bytes.empty()) {
    if (part_ == Part::data) {
      const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      out.append(bytes.substr(0, take));
      bytes.remove_prefix(take);
      left_ -= take;
      if (left_ == 0) part_ = Part::data_cr;
      continue;
    }
    const char c = bytes.front();
    bytes.remove_prefix(1);
    const State state = step(c);
    if (state != State::more) return state;
  }
  return State::more;
}

ChunkedBody::State ChunkedBody::step(char c) {
  switch (part_) {
    case Part::size:
      if (const int digit = hex_value(c); digit >= 0) {
        if (++digits_ > max_digits) return State::malformed;
        left_ = left_ * 16 + static_cast<unsigned>(digit);
        return State::more;
      }
      if (digits_ == 0) return State::malformed;
      if (c == ';') {
        part_ = Part::extension;
        return State::more;
      }
      if (c != '\r') return State::malformed;
      part_ = Part::size_lf;
      return State::more;
    case Part::extension:
      if (c == '\r') {
        part_ = Part::size_lf;
        return State::more;
      }
      return is_text(c) && ++overhead_ <= max_overhead ? State::more : State::malformed;
    case Part::size_lf:
      return c == '\n' ? end_of_size_line() : State::malformed;
    case Part::data_cr:
      part_ = Part::data_lf;
      return c == '\r' ? State::more : State::malformed;
    case Part::data_lf:
      part_ = Part::size;
      digits_ = 0;
      return c == '\n' ? State::more : State::malformed;
    case Part::trailer:
    case Part::trailer_lf:
      return trailer_char(c);
    case Part::data:
      break;  // handled by feed()
  }
  return State::malformed;
}

ChunkedBody::State ChunkedBody::end_of_size_line() {
  if (left_ == 0) {
    part_ = Part::trailer;
    return State::more;
  }
  if (left_ > max_body_ - decoded_) return State::too_large;
  decoded_ += static_cast<std::size_t>(left_);
  part_ = Part::data;
  return State::more;
}

ChunkedBody::State ChunkedBody::trailer_char(char c) {
  if (part_ == Part::trailer_lf) {
    if (c != '\n') return State::malformed;
    if (line_ == 0) return State::done;
    if (!colon_) return State::malformed;
    part_ = Part::trailer;
    line_ = 0;
    colon_ = false;
    return State::more;
  }
  if (c == '\r') {
    part_ = Part::trailer_lf;
    return State::more;
  }
  if (!is_text(c) || ++overhead_ > max_overhead) return State::malformed;
  // A folded line, a nameless one, or a blank before the colon.
  if (!colon_ && (c == ' ' || c == '\t' || (c == ':' && line_ == 0))) return State::malformed;
  colon_ = colon_ || c == ':';
  ++line_;
  return State::more;
}

}  // namespace openclaw::http
