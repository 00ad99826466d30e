#include "core/api/answer_error.hpp"

#include <string>
#include <utility>

#include "core/api/completion_json.hpp"

namespace openclaw::api {

void answer_error(http::Responder& responder, const Error& error) {
  const unsigned status = status_of(error);
  http::Headers extra;
  if (error.retry_after_ms != 0) {
    extra.emplace_back("Retry-After", std::to_string((error.retry_after_ms + 999) / 1000));
  }
  http::respond_error(responder, status, type_of(status), error.message, std::move(extra));
}

}  // namespace openclaw::api
