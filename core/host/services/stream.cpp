// "oc.stream/1": partial results of a call into a plugin.
#include "openclaw/host/stream.h"

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {
oc_status emit(oc_host* host, oc_op op, std::uint32_t kind, oc_str data) noexcept {
  return Instance::of(host).emit(op, kind, sdk::view(data));
}
}  // namespace

const void* services::stream() {
  static const oc_stream table = {sizeof(oc_stream), 0, &emit};
  return &table;
}

}  // namespace openclaw::host
