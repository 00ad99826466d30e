// The token never appears here: the host puts it in place of ${secret:botToken}.
#include "files.hpp"

#include "file.hpp"
#include "openclaw/cpp/text.hpp"
#include "requests.hpp"

namespace openclaw::telegram {

Files::Files(sdk::Host& host, Api& api, const std::string& api_root, std::string key_prefix)
    : api_(api),
      prefix_(api_root + "/file/bot${secret:botToken}/"),
      key_prefix_(std::move(key_prefix)),
      downloads_(host, "Telegram") {}

void Files::fetch(oc_op op, const oc_attachment& attachment, std::uint64_t max_bytes) {
  if (!downloads_.begin(op, attachment, max_bytes)) return;
  auto body = get_file_body(sdk::view(attachment.ref));
  if (!body) {
    return downloads_.refuse(op, {OC_E_NOTFOUND, "the attachment's id is not one of Telegram's"});
  }
  const std::uint64_t call = api_.call("getFile", std::move(*body), sdk::Downloads::kLookupMs,
                                       [this, op](const Answer& answer) { found(op, answer); });
  downloads_.looking_up(op, [this, call] { api_.cancel(call); });
}

void Files::found(oc_op op, const Answer& answer) {
  if (answer.error) return downloads_.fail(op, file_failure(*answer.error, key_prefix_));
  const auto file = decode_file(answer.body);
  if (!file) {
    return downloads_.fail(op, {OC_E_NET, "Telegram's answer cannot be read", OC_EF_RETRY});
  }
  const auto path = file_path(file->path);
  if (!path) {
    return downloads_.fail(
        op,
        {OC_E_REFUSED, "the file's path is none that can be fetched: is the Bot API server at " +
                           key_prefix_ + "apiRoot in local mode?"});
  }
  sdk::Download download;
  download.url = prefix_ + *path;
  download.bytes = file->bytes;
  downloads_.get(op, download);
}

}  // namespace openclaw::telegram
