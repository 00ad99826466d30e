// One connection's zlib-stream: compressed pieces in, whole messages out.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace openclaw::discord {

class Inflater {
 public:
  /// Larger than any real payload; a bomb ends the connection here.
  static constexpr std::size_t kMaxMessage = 16U << 20U;

  enum class Result {
    more,     ///< the message goes on in the next piece
    message,  ///< text() is whole
    broken,   ///< not zlib, or after an error
    too_big,
  };

  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// A message ends with a piece that ends with 00 00 FF FF. After broken or too_big nothing more
  /// comes: the context is lost, and with it the connection.
  Result push(std::string_view piece);
  /// The last message, until the next push.
  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  struct Stream;
  Result inflate(std::string_view piece);

  std::unique_ptr<Stream> stream_;
  std::string out_;
  char last_[4] = {1, 1, 1, 1};  ///< the last four bytes, which may come in different pieces
  bool complete_ = false, failed_ = false;
};

}  // namespace openclaw::discord
