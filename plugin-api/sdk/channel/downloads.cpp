// Reading has no effect, so every failure is surely not done, and a passing one may be tried again.
#include "openclaw/cpp/channel/downloads.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "openclaw/cpp/json.hpp"

namespace openclaw::sdk {

namespace {

constexpr std::uint32_t kBusyMs = 2'000;
constexpr std::uint32_t kLimitedMs = 5'000;

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$&^_.+-").find(c) != std::string_view::npos;
  });
}

bool is_header(std::string_view name, std::string_view wanted) {
  return name.size() == wanted.size() &&
         std::equal(name.begin(), name.end(), wanted.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

bool says_nothing(std::string_view mime) {
  return mime.empty() || mime == "application/octet-stream" || mime == "binary/octet-stream";
}

}  // namespace

std::string mime_essence(std::string_view content_type) {
  constexpr std::size_t kMaxMime = 127;
  std::string text(content_type.substr(0, content_type.find(';')));
  text.erase(0, std::min(text.find_first_not_of(" \t"), text.size()));
  text.erase(text.find_last_not_of(" \t") + 1);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto slash = text.find('/');
  const bool valid = slash != std::string::npos && text.size() <= kMaxMime &&
                     is_token(std::string_view(text).substr(0, slash)) &&
                     is_token(std::string_view(text).substr(slash + 1));
  return valid ? text : std::string{};
}

Failure lookup_failure(const Failure& transport) {
  Failure failure = transport;
  const bool passing = failure.code == OC_E_NET || failure.code == OC_E_DEADLINE ||
                       failure.code == OC_E_AGAIN || failure.code == OC_E_RATE;
  failure.flags = OC_EF_NOT_DONE | (passing ? OC_EF_RETRY : 0U);
  return failure;
}

Downloads::Downloads(Host& host, std::string platform, Lookup lookup)
    : host_(host), platform_(std::move(platform)), lookup_(std::move(lookup)), calls_(host) {
  calls_.on_ended([this] {
    if (ended_) ended_();
  });
}

Failure Downloads::too_big() const {
  return {OC_E_TOOBIG, "the attachment on " + platform_ + " is larger than may be read",
          OC_EF_NOT_DONE};
}

void Downloads::fetch(oc_op op, const oc_attachment& attachment, std::uint64_t max_bytes) {
  if (stopped_) return refuse(op, {OC_E_CANCELLED, "the channel stops", OC_EF_RETRY});
  if (attachment.bytes > max_bytes || max_bytes == 0) return refuse(op, too_big());
  if (open_.size() >= kMaxOpen) {
    return refuse(op, {OC_E_AGAIN, "too many attachments are being fetched", OC_EF_RETRY, kBusyMs});
  }
  auto answer =
      lookup_(view(attachment.ref), [this, op](Place place) { found(op, std::move(place)); });
  if (auto* failure = std::get_if<Failure>(&answer)) return refuse(op, std::move(*failure));
  Open& open = open_[op];
  open.max_bytes = max_bytes;
  open.begun_ms = host_.now_ms();
  open.known_mime = copy(attachment.mime);
  if (auto* asking = std::get_if<Asking>(&answer)) {
    open.cancel = std::move(*asking);
  } else {
    const auto& download = std::get<Download>(answer);
    if (download.bytes > max_bytes) return refuse(op, too_big());
    get(op, download);
  }
}

void Downloads::found(oc_op op, Place place) {
  if (auto* failure = std::get_if<Failure>(&place)) return fail(op, std::move(*failure));
  get(op, std::get<Download>(place));
}

void Downloads::get(oc_op op, const Download& download) {
  const auto it = open_.find(op);
  if (it == open_.end()) return;
  // A lookup may have succeeded before it heard that it was to end.
  if (stopped_ || it->second.cancelled) {
    return fail(op, {OC_E_CANCELLED, "the attachment is not wanted any more"});
  }
  if (download.bytes > it->second.max_bytes) return fail(op, too_big());
  HttpRequest request;
  request.url = download.url;
  request.headers = download.headers;
  request.public_only = download.public_only;
  request.connect_ms = kConnectMs;
  request.first_byte_ms = request.idle_ms = kSilentMs;
  const auto spent_ms = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(host_.now_ms() - it->second.begun_ms, 0, kTotalMs - 1));
  request.total_ms = kTotalMs - spent_ms;
  request.max_bytes = it->second.max_bytes;
  // Shared by the two callbacks of this one request.
  const auto content_type = std::make_shared<std::string>();
  const std::uint64_t call = calls_.begin(
      request,
      [this, op, download, content_type](auto failure, std::uint32_t status, std::string body) {
        answered(op, download, *content_type, failure, status, std::move(body));
      },
      [content_type](std::uint32_t, const Headers& headers) {
        for (const auto& [name, value] : headers) {
          if (is_header(name, "content-type")) *content_type = value;
        }
      });
  it->second.cancel = [this, call] { calls_.cancel(call); };
}

Failure Downloads::refusal_of(std::uint32_t status, const Download& download) const {
  const std::string said = " (HTTP " + std::to_string(status) + ")";
  const std::string detail = to_text(nlohmann::json{{"status", status}});
  const bool forbidden = status == 401 || status == 403;
  if (status == 404 || status == 410 || (forbidden && download.signed_address)) {
    return {OC_E_NOTFOUND, platform_ + " has the attachment no more" + said, 0, 0, detail};
  }
  if (status == 429) {
    return {OC_E_RATE, platform_ + " asks to wait" + said, OC_EF_RETRY, kLimitedMs, detail};
  }
  if (status == 408 || status >= 500) {
    return {OC_E_NET, platform_ + " cannot give the attachment now" + said, OC_EF_RETRY, 0, detail};
  }
  return {forbidden ? OC_E_AUTH : OC_E_REFUSED, platform_ + " does not give the attachment" + said,
          0, 0, detail};
}

void Downloads::answered(oc_op op, const Download& download, const std::string& content_type,
                         const std::optional<Failure>& failure, std::uint32_t status,
                         std::string body) {
  const auto it = open_.find(op);
  if (it == open_.end()) return;
  if (failure) {
    return fail(op, failure->code == OC_E_TOOBIG ? too_big() : lookup_failure(*failure));
  }
  if (status != 200) return fail(op, refusal_of(status, download));
  if (body.size() > it->second.max_bytes) return fail(op, too_big());
  if (download.genuine && !download.genuine(body)) {
    return fail(op, {OC_E_NET, "what came is not the attachment that " + platform_ + " described",
                     OC_EF_RETRY});
  }
  std::string mime = mime_essence(download.mime);
  if (mime.empty() && says_nothing(mime_essence(it->second.known_mime))) {
    mime = mime_essence(content_type);
    if (says_nothing(mime)) mime.clear();
  }
  open_.erase(it);
  host_.complete(op, mime.empty() ? std::string{} : to_text(nlohmann::json{{"mime", mime}}),
                 std::move(body));
}

void Downloads::fail(oc_op op, Failure failure) {
  if (open_.erase(op) == 0) return;
  failure.flags |= OC_EF_NOT_DONE;
  host_.fail(op, failure);
  if (ended_) ended_();
}

void Downloads::refuse(oc_op op, Failure failure) {
  open_.erase(op);
  failure.flags |= OC_EF_NOT_DONE;
  host_.post([this, op, f = std::move(failure)] { host_.fail(op, f); });
}

void Downloads::cancel(oc_op op) {
  const auto it = open_.find(op);
  if (it == open_.end()) return;
  it->second.cancelled = true;
  if (it->second.cancel) it->second.cancel();
}

void Downloads::stop() {
  stopped_ = true;
  std::vector<oc_op> ops;
  for (const auto& [op, open] : open_) ops.push_back(op);
  for (const oc_op op : ops) cancel(op);
}

}  // namespace openclaw::sdk
