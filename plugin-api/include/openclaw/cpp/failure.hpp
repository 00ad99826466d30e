// An oc_error that owns its strings.
#pragma once

#include <optional>
#include <string>

#include "openclaw/cpp/text.hpp"

namespace openclaw::sdk {

struct Failure {
  oc_status code = OC_E_INVAL;
  std::string message;  ///< one sentence for the operator, without secrets
  std::uint32_t flags = 0;
  std::uint32_t retry_after_ms = 0;
  std::string detail_json{};

  /// Borrowed view for one call across the boundary.
  [[nodiscard]] oc_error view() const {
    return {sizeof(oc_error), code, flags, retry_after_ms, str(message), str(detail_json)};
  }
  static std::optional<Failure> from(const oc_error* e) {
    if (e == nullptr) return std::nullopt;
    return Failure{e->code, copy(e->msg), e->flags, e->retry_after_ms, copy(e->detail_json)};
  }
};

}  // namespace openclaw::sdk
