#include "stream_parser.hpp"

#include "openclaw/testing/parser_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using openclaw::openai::StreamParser;
  static const openclaw::sdk::ErrorMap errors("openai", "https://x/v1");
  openclaw::testing::fuzz_parser(bytes, size, [] { return StreamParser(errors, true); });
  return openclaw::testing::fuzz_parser(bytes, size, [] { return StreamParser(errors, false); });
}
