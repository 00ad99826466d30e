// Telegram is trusted with what a file holds, not with where the token goes.
#include "file.hpp"

#include <algorithm>

#include "openclaw/cpp/channel/downloads.hpp"
#include "openclaw/cpp/channel/web_address.hpp"
#include "openclaw/cpp/json.hpp"

namespace openclaw::telegram {

std::optional<File> decode_file(const std::string& body) {
  const nlohmann::json answer = sdk::parse_bounded(body);
  const nlohmann::json* result = sdk::find_object(answer, "result");
  if (result == nullptr) return std::nullopt;
  File file{sdk::string_at(*result, "file_path"), sdk::count_at(*result, "file_size")};
  if (file.path.empty()) return std::nullopt;
  return file;
}

std::optional<std::string> file_path(const std::string& path) {
  constexpr std::size_t kMaxPath = 1024;
  if (path.empty() || path.size() > kMaxPath) return std::nullopt;
  std::string out;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string segment = path.substr(at, end - at);
    if (segment.empty() || segment == "." || segment == "..") return std::nullopt;
    for (const char c : segment) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\') return std::nullopt;
    }
    out += (at == 0 ? "" : "/") + sdk::percent_encoded(segment);
    at = end + 1;
  }
  return out;
}

sdk::Failure file_failure(const ApiError& error, const std::string& key_prefix) {
  if (error.status == 0) return sdk::lookup_failure(error.transport.value_or(sdk::Failure{}));
  const std::string said = " (" + error.sentence() + ")";
  if (error.status == 401) {
    return {OC_E_AUTH, key_prefix + "botToken was refused by Telegram" + said, OC_EF_NOT_DONE};
  }
  if (error.status == 429) {
    return {OC_E_RATE, "Telegram asks to wait" + said, OC_EF_NOT_DONE | OC_EF_RETRY,
            error.retry_after_s * 1000};
  }
  if (error.status >= 500) {
    return {OC_E_NET, "Telegram cannot give the file now" + said, OC_EF_NOT_DONE | OC_EF_RETRY};
  }
  if (error.says("file is too big")) {
    return {OC_E_TOOBIG, "Telegram gives bots no file of more than 20 MB" + said, OC_EF_NOT_DONE};
  }
  // Telegram's one sentence for both: "wrong file_id or the file is temporarily unavailable".
  const bool passing = error.says("temporarily unavailable");
  return {OC_E_NOTFOUND, "Telegram does not have the file" + said,
          OC_EF_NOT_DONE | (passing ? OC_EF_RETRY : 0U)};
}

}  // namespace openclaw::telegram
