// "oc.log/1": a plugin's lines in the gateway's log, without its secrets.
#include "openclaw/host/log.h"

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

log::Level known(std::uint32_t level) {
  return static_cast<log::Level>(level < OC_LOG_DEBUG || level > OC_LOG_ERROR ? OC_LOG_INFO
                                                                              : level);
}

void write(oc_host* host, std::uint32_t level, oc_str event, oc_str fields) noexcept {
  Instance& self = Instance::of(host);
  self.environment().log.write_json(known(level), self.name(),
                                    self.secrets().redact(sdk::view(event)),
                                    self.secrets().redact(sdk::view(fields)));
}

std::int32_t enabled(oc_host* host, std::uint32_t level) noexcept {
  return Instance::of(host).environment().log.writes(known(level)) ? 1 : 0;
}

}  // namespace

const void* services::log() {
  static const oc_log table = {sizeof(oc_log), 0, &enabled, &write};
  return &table;
}

}  // namespace openclaw::host
