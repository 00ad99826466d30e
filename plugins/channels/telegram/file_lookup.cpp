// The token never appears here: the host puts it in place of ${secret:botToken}.
#include "file_lookup.hpp"

#include <utility>

#include "file.hpp"
#include "requests.hpp"

namespace openclaw::telegram {

namespace {

sdk::Downloads::Place place_of(const Answer& answer, const std::string& prefix,
                               const std::string& key_prefix) {
  if (answer.error) return file_failure(*answer.error, key_prefix);
  const auto file = decode_file(answer.body);
  if (!file) return sdk::Failure{OC_E_NET, "Telegram's answer cannot be read", OC_EF_RETRY};
  const auto path = file_path(file->path);
  if (!path) {
    return sdk::Failure{OC_E_REFUSED,
                        "the file's path is none that can be fetched: is the Bot API server at " +
                            key_prefix + "apiRoot in local mode?"};
  }
  sdk::Download download;
  download.url = prefix + *path;
  download.bytes = file->bytes;
  return download;
}

}  // namespace

sdk::Downloads::Lookup file_lookup(Api& api, const std::string& api_root, std::string key_prefix) {
  using Downloads = sdk::Downloads;
  return [&api, prefix = api_root + "/file/bot${secret:botToken}/",
          key_prefix = std::move(key_prefix)](std::string_view file_id, Downloads::Found found)
             -> std::variant<sdk::Download, sdk::Failure, Downloads::Asking> {
    auto body = get_file_body(file_id);
    if (!body) {
      return sdk::Failure{OC_E_NOTFOUND, "the attachment's id is not one of Telegram's"};
    }
    const std::uint64_t call =
        api.call("getFile", std::move(*body), Downloads::kLookupMs,
                 [prefix, key_prefix, found = std::move(found)](const Answer& answer) {
                   found(place_of(answer, prefix, key_prefix));
                 });
    return [&api, call] { api.cancel(call); };
  };
}

}  // namespace openclaw::telegram
