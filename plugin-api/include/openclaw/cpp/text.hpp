// Between C++ strings and the ABI's.
#pragma once

#include <string>
#include <string_view>

#include "openclaw/abi.h"

namespace openclaw::sdk {

inline oc_str str(std::string_view s) {
  return {s.data(), s.size()};
}
inline std::string_view view(oc_str s) {
  return s.ptr == nullptr ? std::string_view{} : std::string_view{s.ptr, s.len};
}
inline std::string copy(oc_str s) {
  return std::string{view(s)};
}

/// Moves a string into a buffer for the other side.
inline oc_buf buf(std::string bytes) {
  auto* owned = new std::string(std::move(bytes));
  return {owned->data(), owned->size(),
          [](void* ctx) noexcept { delete static_cast<std::string*>(ctx); }, owned};
}
/// Takes a received buffer: its bytes are copied, its owner released.
inline std::string take(oc_buf b) {
  std::string bytes =
      b.ptr == nullptr ? std::string{} : std::string{static_cast<const char*>(b.ptr), b.len};
  if (b.release != nullptr) b.release(b.ctx);
  return bytes;
}

/// Foreign text for a sentence: at most `max` bytes of it, never cut inside a UTF-8 sequence.
inline std::string shortened(std::string text, std::size_t max = 300) {
  if (text.size() <= max) return text;
  while (max > 0 && (static_cast<unsigned char>(text[max]) & 0xC0U) == 0x80U) --max;
  text.resize(max);
  return text + "…";
}

/// Fills an error that the host has lent, as far as 1.0's fields; null is fine.
inline void fill(oc_error* error, oc_status code, std::string_view msg, std::uint32_t flags = 0) {
  if (error == nullptr) return;
  error->code = code;
  error->flags = flags;
  error->retry_after_ms = 0;
  error->msg = str(msg);
  error->detail_json = {};
}

}  // namespace openclaw::sdk
