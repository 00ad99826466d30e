// Inserts into the text: a body may hold megabytes of images that need not be parsed.
#include "request.hpp"

#include "openclaw/cpp/json.hpp"

namespace openclaw::openai {

namespace {
constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kUsage = R"("stream_options":{"include_usage":true})";
}  // namespace

bool looks_like_object(std::string_view body) {
  const auto first = body.find_first_not_of(kSpace);
  return first != std::string_view::npos && body[first] == '{';
}

std::string with_stream_usage(std::string_view body) {
  if (!looks_like_object(body)) return {};
  if (body.find("\"stream_options\"") != std::string_view::npos) {
    // Perhaps only in a message's text.
    const auto parsed = sdk::parse_bounded(body);
    if (!parsed.is_object()) return {};
    if (parsed.contains("stream_options")) return std::string(body);
  }
  const auto open = body.find('{');
  const auto next = body.find_first_not_of(kSpace, open + 1);
  const bool empty = next == std::string_view::npos || body[next] == '}';
  std::string out;
  out.reserve(body.size() + kUsage.size() + 1);
  out.append(body.substr(0, open + 1)).append(kUsage);
  if (!empty) out += ',';
  out.append(body.substr(open + 1));
  return out;
}

}  // namespace openclaw::openai
