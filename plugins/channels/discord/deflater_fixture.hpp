// Compresses for tests as Discord's gateway does: one zlib stream, flushed after each message.
#pragma once

#include <zlib.h>

#include <string>
#include <string_view>

namespace openclaw::discord {

class Deflater {
 public:
  Deflater() { deflateInit(&z_, Z_DEFAULT_COMPRESSION); }
  ~Deflater() { deflateEnd(&z_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  std::string message(std::string_view text) {
    std::string in(text), out(deflateBound(&z_, static_cast<uLong>(in.size())) + 64, '\0');
    z_.next_in = reinterpret_cast<Bytef*>(in.data());
    z_.avail_in = static_cast<uInt>(in.size());
    z_.next_out = reinterpret_cast<Bytef*>(out.data());
    z_.avail_out = static_cast<uInt>(out.size());
    deflate(&z_, Z_SYNC_FLUSH);
    out.resize(out.size() - z_.avail_out);
    return out;
  }

 private:
  z_stream z_{};
};

}  // namespace openclaw::discord
