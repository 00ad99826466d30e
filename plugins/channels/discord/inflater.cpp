// Inflates with zlib, never past the bound.
#include "inflater.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace openclaw::discord {

namespace {
constexpr std::array<char, 4> kEnd = {'\0', '\0', '\xff', '\xff'};
constexpr std::size_t kStep = 64U << 10U;
/// Above this a buffer is given back after the message: large ones come once, at the start.
constexpr std::size_t kKeep = 256U << 10U;
}  // namespace

struct Inflater::Stream {
  z_stream z{};
  bool ready = false;
  std::array<char, kStep> step{};
};

Inflater::Inflater() : stream_(std::make_unique<Stream>()) {
  stream_->ready = inflateInit(&stream_->z) == Z_OK;
}

Inflater::~Inflater() {
  if (stream_->ready) inflateEnd(&stream_->z);
}

Inflater::Result Inflater::push(std::string_view piece) {
  if (failed_ || !stream_->ready) return Result::broken;
  if (std::exchange(complete_, false)) {
    out_.clear();
    if (out_.capacity() > kKeep) out_.shrink_to_fit();
  }
  const Result result = inflate(piece);
  failed_ = result == Result::broken || result == Result::too_big;
  if (failed_) return result;
  const std::size_t n = std::min<std::size_t>(piece.size(), sizeof last_);
  if (n != 0) {
    std::memmove(last_, last_ + n, sizeof last_ - n);
    std::memcpy(last_ + sizeof last_ - n, piece.data() + piece.size() - n, n);
  }
  complete_ = std::equal(kEnd.begin(), kEnd.end(), last_);
  if (complete_) std::fill(std::begin(last_), std::end(last_), '\1');
  return complete_ ? Result::message : Result::more;
}

Inflater::Result Inflater::inflate(std::string_view piece) {
  z_stream& z = stream_->z;
  // zlib's interface of C takes no const; it does not write there.
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
  z.avail_in = static_cast<uInt>(piece.size());
  for (;;) {
    z.next_out = reinterpret_cast<Bytef*>(stream_->step.data());
    z.avail_out = static_cast<uInt>(stream_->step.size());
    const int status = ::inflate(&z, Z_SYNC_FLUSH);
    const std::size_t made = stream_->step.size() - z.avail_out;
    if (made > kMaxMessage - out_.size()) return Result::too_big;
    out_.append(stream_->step.data(), made);
    // Z_BUF_ERROR: nothing left to do. A stream that ends is none of Discord's.
    if (status == Z_BUF_ERROR) break;
    if (status != Z_OK) return Result::broken;
    if (z.avail_in == 0 && z.avail_out != 0) break;
  }
  return z.avail_in == 0 ? Result::more : Result::broken;
}

}  // namespace openclaw::discord
