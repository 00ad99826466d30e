#include "media_fetcher.hpp"

#include "media.hpp"
#include "openclaw/cpp/text.hpp"
#include "sender.hpp"

namespace openclaw::whatsapp {

MediaFetcher::MediaFetcher(sdk::Host& host, Api& api, std::string api_root, std::string key_prefix)
    : api_(api),
      api_root_(std::move(api_root)),
      key_prefix_(std::move(key_prefix)),
      downloads_(host, "WhatsApp") {}

void MediaFetcher::fetch(oc_op op, const oc_attachment& attachment, std::uint64_t max_bytes) {
  if (!downloads_.begin(op, attachment, max_bytes)) return;
  const std::string id = sdk::copy(attachment.ref);
  if (!is_number_id(id)) {
    return downloads_.refuse(op, {OC_E_NOTFOUND, "the attachment's id is not one of WhatsApp's"});
  }
  const std::uint64_t call = api_.media(id, sdk::Downloads::kLookupMs,
                                        [this, op](const Answer& answer) { found(op, answer); });
  downloads_.looking_up(op, [this, call] { api_.cancel(call); });
}

void MediaFetcher::found(oc_op op, const Answer& answer) {
  if (answer.error) return downloads_.fail(op, media_failure(*answer.error, key_prefix_));
  const auto place = decode_media(answer.body);
  if (!place) {
    return downloads_.fail(op, {OC_E_NET, "WhatsApp's answer cannot be read", OC_EF_RETRY});
  }
  auto download = download_of(*place, api_root_);
  if (!download) {
    return downloads_.fail(op, {OC_E_REFUSED,
                                "the media is on a server that is none of Meta's known ones, so it "
                                "is not shown the token"});
  }
  download->headers = {{"Authorization", kAuthorization}, {"User-Agent", kUserAgent}};
  downloads_.get(op, *download);
}

}  // namespace openclaw::whatsapp
