// Takes the chunked coding off a request's body, strictly; trailers are checked, then dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace openclaw::http {

class ChunkedBody {
 public:
  enum class State : std::uint8_t { more, done, malformed, too_large };

  /// Starts a new body of at most `max_body` bytes.
  void reset(std::size_t max_body);
  /// Consumes from the front of `bytes` and appends what was decoded to `out`. At `done`, `bytes`
  /// holds what follows the body.
  State feed(std::string_view& bytes, std::string& out);

 private:
  enum class Part : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer,
    trailer_lf
  };

  State step(char c);
  State end_of_size_line();
  State trailer_char(char c);

  Part part_ = Part::size;
  std::size_t max_body_ = 0;
  std::uint64_t left_ = 0;    ///< of the current chunk
  unsigned digits_ = 0;       ///< of the current size
  std::size_t overhead_ = 0;  ///< extension and trailer bytes so far
  std::size_t line_ = 0;      ///< of the current trailer line
  bool colon_ = false;        ///< seen in the current trailer line
  std::size_t decoded_ = 0;
};

}  // namespace openclaw::http
