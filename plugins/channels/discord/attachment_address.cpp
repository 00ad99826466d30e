// The address comes from a message, which is a person's: it leads to Discord, or is not followed.
#include "attachment_address.hpp"

#include <utility>

#include "api.hpp"
#include "openclaw/cpp/channel/web_address.hpp"

namespace openclaw::discord {

std::optional<sdk::Download> download_of(std::string_view url, const std::string& api_root) {
  const auto address = sdk::read_web_address(url);
  if (!address) return std::nullopt;
  const bool discords =
      address->scheme == "https" &&
      (address->authority == "cdn.discordapp.com" || address->authority == "media.discordapp.net");
  const auto root = sdk::read_web_address(api_root);
  const bool own = root && address->same_server(*root);
  if (!discords && !own) return std::nullopt;
  sdk::Download download;
  download.url = std::string(url);
  download.headers.emplace_back("User-Agent", kUserAgent);
  download.public_only = !own;
  download.signed_address = true;
  return download;
}

sdk::Downloads::Lookup attachment_lookup(std::string api_root) {
  using Downloads = sdk::Downloads;
  return [api_root = std::move(api_root)](std::string_view url, const Downloads::Found&)
             -> std::variant<sdk::Download, sdk::Failure, Downloads::Asking> {
    if (auto download = download_of(url, api_root)) return std::move(*download);
    return sdk::Failure{OC_E_REFUSED, "the attachment is not on a server of Discord's"};
  };
}

}  // namespace openclaw::discord
