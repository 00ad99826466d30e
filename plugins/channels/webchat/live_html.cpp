#include "live_html.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::webchat {

LiveHtml::Change LiveHtml::tell(std::string html, std::int64_t now) {
  behind_ = false;
  due_ = now + kEveryMs + kMsPerKiB * static_cast<std::int64_t>(size_ / 1024);
  // A line stays when it stood there whole.
  std::size_t keep = 0, at = 0;
  const auto end_of = [](const std::string& text, std::size_t from) {
    return std::min(text.find('\n', from), text.size());
  };
  while (at < html.size() && at < told_.size()) {
    const std::size_t end = end_of(html, at);
    if (end != end_of(told_, at) || html.compare(at, end - at, told_, at, end - at) != 0) break;
    ++keep;
    at = std::min(end + 1, html.size());
  }
  Change change{keep, html.substr(at)};
  told_ = std::move(html);
  return change;
}

}  // namespace openclaw::webchat
