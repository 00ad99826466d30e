// Serves the compiled-in files under one base path.
#include "page.hpp"

#include <stdexcept>

#include "identity.hpp"

namespace openclaw::webchat {
namespace {

/// No inline script or style, nothing from elsewhere, no framing but by `frames`: what a model
/// writes can at most become text. 'self' in connect-src covers the WebSocket of the same host.
std::string policy_for(const std::vector<std::string>& frames,
                       const std::vector<std::string>& images) {
  std::string policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
      "img-src 'self' data: blob:";
  for (const std::string& origin : images) policy += " " + origin;
  policy += "; base-uri 'none'; form-action 'none'; frame-ancestors";
  if (frames.empty()) return policy + " 'none'";
  policy += " 'self'";
  for (const std::string& origin : frames) {
    // The policy's grammar has no addresses of IPv6.
    if (origin.find('[') == std::string::npos) policy += " " + origin;
  }
  return policy;
}

std::string type_of(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  throw std::logic_error("page file of unknown type: " + std::string(name));
}

std::string replaced(std::string_view content, std::string_view mark, std::string_view by) {
  std::string out;
  std::size_t at = 0;
  for (auto hit = content.find(mark); hit != std::string_view::npos; hit = content.find(mark, at)) {
    out.append(content.substr(at, hit - at)).append(by);
    at = hit + mark.size();
  }
  return out.append(content.substr(at));
}

/// If-None-Match is a list of tags, weak or strong, or "*" (RFC 9110, 13.1.2: weak comparison).
bool matches(std::string_view list, const std::string& tag) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    std::string_view one = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
    while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == "*" || one == tag) return true;
  }
  return false;
}

}  // namespace

Page::Page(const std::string& base, const std::vector<std::string>& frames,
           const std::vector<std::string>& images, const std::string& socket)
    : policy_(policy_for(frames, images)), base_(base) {
  std::string shown;
  for (const std::string& origin : images) shown += (shown.empty() ? "" : " ") + origin;
  for (const PageFile& file : page_files()) {
    const bool index = file.name == "index.html";
    if (index) {
      index_ = replaced(replaced(file.content, "@BASE@", base), "@IMAGE_ORIGINS@", shown);
      index_ = replaced(index_, "@SOCKET@", socket);
    }
    Entry entry;
    entry.gzip = file.name.ends_with(".gz");
    const std::string_view name = file.name.substr(0, file.name.size() - (entry.gzip ? 3 : 0));
    entry.type = type_of(name);
    entry.content = index ? std::string_view(index_) : file.content;
    entry.elsewhere = name == "widget.js";
    entry.tag = "\"" + content_tag(entry.content) + "\"";
    entries_.emplace(index ? base : base + "/" + std::string(name), std::move(entry));
  }
}

std::vector<std::string> Page::paths() const {
  std::vector<std::string> out;
  for (const auto& [path, entry] : entries_) out.push_back(path);
  out.push_back(base_ + "/");
  return out;
}

PageResponse Page::get(std::string_view path, std::string_view if_none_match,
                       std::string_view accept_encoding) const {
  if (path == base_ + "/") {
    // Relative, for proxies that serve it below a path of their own.
    return {308, {{"Location", "../" + base_.substr(base_.rfind('/') + 1)}}, {}};
  }
  const auto it = entries_.find(path);
  if (it == entries_.end()) return {404, {{"Content-Type", "text/plain"}}, "not found\n"};
  const Entry& entry = it->second;
  PageResponse response;
  response.headers = {
      {"ETag", entry.tag},
      {"Cache-Control", "no-cache"},
      {"Content-Security-Policy", policy_},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", entry.elsewhere ? "cross-origin" : "same-origin"}};
  if (entry.gzip) response.headers.emplace_back("Vary", "Accept-Encoding");
  if (matches(if_none_match, entry.tag)) {
    response.status = 304;
    return response;
  }
  if (entry.gzip && accept_encoding.find("gzip") == std::string_view::npos) {
    response.status = 406;
    response.headers.emplace_back("Content-Type", "text/plain");
    response.body = "this file is kept compressed: send Accept-Encoding: gzip\n";
    return response;
  }
  if (entry.gzip) response.headers.emplace_back("Content-Encoding", "gzip");
  response.headers.emplace_back("Content-Type", entry.type);
  response.body = std::string(entry.content);
  return response;
}

}  // namespace openclaw::webchat
