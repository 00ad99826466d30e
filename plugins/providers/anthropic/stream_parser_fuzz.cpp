#include "stream_parser.hpp"

#include "openclaw/testing/parser_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using openclaw::anthropic::StreamParser;
  static const openclaw::sdk::ErrorMap errors("anthropic", "https://x");
  return openclaw::testing::fuzz_parser(bytes, size, [] { return StreamParser(errors); });
}
