// Meta's answer decides what is fetched, never to whom the token is shown.
#include "media.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "meta_integer.hpp"
#include "openclaw/cpp/channel/web_address.hpp"
#include "openclaw/cpp/json.hpp"

namespace openclaw::whatsapp {

namespace {

// The same as the manifest's `hosts`: the gateway puts the token into requests to no others.
constexpr std::array<std::string_view, 3> kMediaHosts = {"lookaside.fbsbx.com", "*.fbcdn.net",
                                                         "*.whatsapp.net"};
constexpr std::uint32_t kWaitMs = 60'000;

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool is_metas(const sdk::WebAddress& address) {
  return address.scheme == "https" && address.authority == address.host &&
         std::any_of(kMediaHosts.begin(), kMediaHosts.end(),
                     [&address](std::string_view host) { return address.is_within(host); });
}

}  // namespace

std::optional<MediaPlace> decode_media(const std::string& body) {
  const nlohmann::json answer = sdk::parse_bounded(body);
  MediaPlace place;
  place.url = sdk::string_at(answer, "url");
  if (place.url.empty()) return std::nullopt;
  place.mime = sdk::string_at(answer, "mime_type");
  place.sha256 = sdk::string_at(answer, "sha256");
  if (!is_sha256(place.sha256)) place.sha256.clear();
  place.bytes =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, integer_of(answer, "file_size")));
  return place;
}

std::optional<sdk::Download> download_of(const MediaPlace& place, const std::string& api_root) {
  const auto address = sdk::read_web_address(place.url);
  const auto root = sdk::read_web_address(api_root);
  if (!address) return std::nullopt;
  const bool own = root && address->same_server(*root);
  if (!own && !is_metas(*address)) return std::nullopt;
  sdk::Download download;
  download.url = place.url;
  download.public_only = !own;
  download.bytes = place.bytes;
  download.mime = place.mime;
  if (!place.sha256.empty()) {
    download.genuine = [sha256 = place.sha256](const std::string& bytes) {
      return has_sha256(bytes, sha256);
    };
  }
  return download;
}

sdk::Failure media_failure(const ApiError& error, const std::string& key_prefix) {
  if (error.status == 0) return sdk::lookup_failure(error.transport.value_or(sdk::Failure{}));
  constexpr std::uint32_t kAgain = OC_EF_NOT_DONE | OC_EF_RETRY;
  const std::string said = " (" + error.sentence() + ")";
  if (error.token_refused()) {
    return {OC_E_AUTH, key_prefix + "token was refused by Meta" + said, OC_EF_NOT_DONE};
  }
  if (error.code == 10 || error.code == 3 || (error.code >= 200 && error.code <= 299)) {
    return {OC_E_AUTH, "the token lacks the permission whatsapp_business_messaging" + said,
            OC_EF_NOT_DONE};
  }
  if (error.status == 429 || error.code == 4 || error.code == 80007 || error.code == 130429) {
    return {OC_E_RATE, "WhatsApp asks to wait" + said, kAgain, kWaitMs};
  }
  if (error.status >= 500 || error.status == 408 || error.transient || error.code == 2) {
    return {OC_E_NET, "WhatsApp cannot give the media now" + said, kAgain};
  }
  return {OC_E_NOTFOUND, "WhatsApp has the media no more" + said, OC_EF_NOT_DONE};
}

bool has_sha256(std::string_view bytes, std::string_view hex) {
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    return false;
  }
  std::string written;
  for (const unsigned char byte : digest) {
    written += "0123456789abcdef"[byte >> 4U];
    written += "0123456789abcdef"[byte & 15U];
  }
  return written == hex;
}

}  // namespace openclaw::whatsapp
