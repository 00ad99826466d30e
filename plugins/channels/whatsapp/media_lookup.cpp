// The token goes along with the address, too, so that leads to Meta or is not followed.
#include "media_lookup.hpp"

#include <utility>

#include "media.hpp"
#include "sender.hpp"

namespace openclaw::whatsapp {

namespace {

sdk::Downloads::Place place_of(const Answer& answer, const std::string& api_root,
                               const std::string& key_prefix) {
  if (answer.error) return media_failure(*answer.error, key_prefix);
  const auto place = decode_media(answer.body);
  if (!place) return sdk::Failure{OC_E_NET, "WhatsApp's answer cannot be read", OC_EF_RETRY};
  auto download = download_of(*place, api_root);
  if (!download) {
    return sdk::Failure{OC_E_REFUSED,
                        "the media is on a server that is none of Meta's known ones, so it is not "
                        "shown the token"};
  }
  download->headers = {{"Authorization", kAuthorization}, {"User-Agent", kUserAgent}};
  return std::move(*download);
}

}  // namespace

sdk::Downloads::Lookup media_lookup(Api& api, std::string api_root, std::string key_prefix) {
  using Downloads = sdk::Downloads;
  return
      [&api, api_root = std::move(api_root), key_prefix = std::move(key_prefix)](
          std::string_view media_id,
          Downloads::Found found) -> std::variant<sdk::Download, sdk::Failure, Downloads::Asking> {
        if (!is_number_id(media_id)) {
          return sdk::Failure{OC_E_NOTFOUND, "the attachment's id is not one of WhatsApp's"};
        }
        const std::uint64_t call =
            api.media(std::string(media_id), Downloads::kLookupMs,
                      [api_root, key_prefix, found = std::move(found)](const Answer& answer) {
                        found(place_of(answer, api_root, key_prefix));
                      });
        return [&api, call] { api.cancel(call); };
      };
}

}  // namespace openclaw::whatsapp
