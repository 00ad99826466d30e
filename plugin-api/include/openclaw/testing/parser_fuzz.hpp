// The body of a libFuzzer target for a ChatParser: bytes in, in two cuts, with equal emissions out.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "openclaw/cpp/sse.hpp"
#include "openclaw/testing/recording_sink.hpp"

namespace openclaw::testing {

/// What a parser makes of `text` given in pieces of `step` bytes.
inline std::string parse_in_steps(sdk::ChatParser& parser, std::string_view text,
                                  std::size_t step) {
  RecordingSink sink;
  sdk::SseDecoder decoder;
  const auto verdict = [&](const std::optional<sdk::Failure>& f) {
    return sink.lines() + (f ? "failed" : "succeeded");
  };
  for (std::size_t at = 0; at < text.size(); at += step) {
    const std::string piece(text.substr(at, step));
    decoder.feed(piece);
    while (const auto event = decoder.next()) {
      if (const auto failure = parser.event(event->name, event->data, sink))
        return verdict(failure);
      if (parser.complete()) return verdict(std::nullopt);
    }
    if (decoder.too_big()) return sink.lines() + "too big";
  }
  const bool mid_event = decoder.mid_event();
  if (const auto event = decoder.last()) {
    if (const auto failure = parser.event(event->name, event->data, sink)) return verdict(failure);
    if (parser.complete()) return verdict(std::nullopt);
  }
  return verdict(parser.end(mid_event, sink));
}

/// `make` gives a fresh parser. Aborts when the cut changes the outcome.
template <class Make>
int fuzz_parser(const std::uint8_t* bytes, std::size_t size, Make make) {
  if (size == 0) return 0;
  const std::size_t step = 1 + bytes[0] % 32;
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  auto whole = make();
  auto cut = make();
  auto body = make();
  if (parse_in_steps(whole, text, text.size() + 1) != parse_in_steps(cut, text, step)) std::abort();
  RecordingSink sink;
  static_cast<void>(body.whole(text, sink));
  return 0;
}

}  // namespace openclaw::testing
