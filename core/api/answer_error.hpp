// Answers a request that failed, in the form of every other error of the API.
#pragma once

#include "core/http/message.hpp"
#include "core/runtime/error.hpp"

namespace openclaw::api {

/// [any thread] status_of(error) with its sentence, and `Retry-After` where it is worth a retry.
void answer_error(http::Responder& responder, const Error& error);

}  // namespace openclaw::api
