// What the page's URLs answer: files, headers, revalidation.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openclaw::webchat {

struct PageFile {
  std::string_view name, content;
};

/// The files of page/, compiled in.
std::span<const PageFile> page_files();

struct PageResponse {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

class Page {
 public:
  /// `base` is "/chat", or "/chat/work" for the account "work". `frames`: the origins whose pages
  /// may show it in a frame. `images`: those whose pictures are shown in answers. `socket`: the
  /// path of its WebSocket.
  explicit Page(const std::string& base, const std::vector<std::string>& frames = {},
                const std::vector<std::string>& images = {},
                const std::string& socket = "/channels/webchat/ws");
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  /// Every path that answers GET.
  [[nodiscard]] std::vector<std::string> paths() const;
  /// The base with a slash after it leads to the base: its files' addresses hang on that.
  /// `accept_encoding`: 406 when a file that is kept compressed cannot be taken so.
  [[nodiscard]] PageResponse get(std::string_view path, std::string_view if_none_match,
                                 std::string_view accept_encoding = {}) const;

 private:
  struct Entry {
    std::string type, tag;
    std::string_view content;
    bool gzip = false;
    bool elsewhere = false;  ///< pages of other origins may load it
  };
  std::string policy_, index_, base_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace openclaw::webchat
