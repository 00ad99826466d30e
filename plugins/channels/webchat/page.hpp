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
  /// `base` is "/chat", or "/chat/work" for the account "work".
  explicit Page(std::string base);

  /// Every path that answers GET.
  [[nodiscard]] std::vector<std::string> paths() const;
  [[nodiscard]] PageResponse get(std::string_view path, std::string_view if_none_match) const;

 private:
  struct Entry {
    std::string type, tag, content;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace openclaw::webchat
