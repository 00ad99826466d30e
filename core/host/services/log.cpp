// "oc.log/1": a plugin's lines in the gateway's log, without its secrets.
#include "openclaw/host/log.h"

#include <array>

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

void write(oc_host* host, std::uint32_t level, oc_str event, oc_str fields) noexcept {
  Instance& self = Instance::of(host);
  const auto known = level < OC_LOG_DEBUG || level > OC_LOG_ERROR ? OC_LOG_INFO : level;
  self.environment().log.write_json(static_cast<log::Level>(known), self.name(),
                                    self.secrets().redact(sdk::view(event)),
                                    self.secrets().redact(sdk::view(fields)));
}

}  // namespace

const void* services::log(std::uint32_t level) {
  // One table a level, since the table carries the level and must stay the same for life.
  static const std::array<oc_log, 5> tables = {{{sizeof(oc_log), 0, &write},
                                                {sizeof(oc_log), 1, &write},
                                                {sizeof(oc_log), 2, &write},
                                                {sizeof(oc_log), 3, &write},
                                                {sizeof(oc_log), 4, &write}}};
  return &tables.at(std::min<std::uint32_t>(level, 4));
}

}  // namespace openclaw::host
