#include "core/render/dialect.hpp"

#include <algorithm>

namespace openclaw::render {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

const Markup* Dialect::heading_of(int level) const {
  const auto own = headings.find(level);
  if (own != headings.end()) return &own->second;
  return heading ? &*heading : nullptr;
}

bool Dialect::follows(std::string_view url) const {
  return std::any_of(link_schemes.begin(), link_schemes.end(), [&](const std::string& scheme) {
    return url.size() > scheme.size() + 1 && url[scheme.size()] == ':' &&
           std::equal(scheme.begin(), scheme.end(), url.begin(),
                      [](char a, char b) { return lower(a) == lower(b); });
  });
}

std::string filled(std::string_view pattern, std::string_view name, std::string_view value) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t found = std::min(pattern.find(name, at), pattern.size());
    out += pattern.substr(at, found - at);
    if (found < pattern.size()) out += value;
    at = found + name.size();
  }
  return out;
}

std::string escaped(std::string_view text, const Escapes& escapes) {
  std::string out;
  for (const char c : text) {
    const auto found = escapes.find(c);
    if (found == escapes.end()) {
      out += c;
    } else {
      out += found->second;
    }
  }
  return out;
}

}  // namespace openclaw::render
