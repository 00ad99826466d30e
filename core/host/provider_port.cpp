// A provider, over a plugin instance on the same loop: no hop between the two.
#include "core/host/provider_port.hpp"

#include "openclaw/cpp/text.hpp"
#include "openclaw/provider.h"

namespace openclaw::host {

using sdk::str;

ProviderPort::ProviderPort(Instance& instance, const config::Provider& config,
                           runtime::Millis grace)
    : instance_(instance), config_(config), grace_(grace) {}

pipeline::ChatId ProviderPort::chat(const pipeline::ChatCall& call, pipeline::ChatEvents events) {
  const auto* slots = instance_.slots<oc_provider>("oc.provider/1");
  const auto& timeouts = config_.timeouts;
  return instance_.call(
      "chat", deadline(),
      [event = std::move(events.event)](std::uint32_t kind, std::string_view data) {
        return kind < OC_CHAT_TEXT || kind > OC_CHAT_RAW
                   ? true
                   : event(static_cast<pipeline::ChatEvent>(kind), data);
      },
      [done = std::move(events.done)](std::optional<CallError> error, std::string_view,
                                      const std::string&) {
        if (!error) {
          done(std::nullopt);
          return;
        }
        done(pipeline::ChatFailure{std::move(error->error), (error->flags & OC_EF_BILLING) != 0,
                                   (error->flags & OC_EF_LENGTH) != 0});
      },
      [&](oc_inst* inst, oc_op op) {
        const oc_chat_request request = {
            sizeof request,
            (call.stream ? OC_CHAT_STREAM : 0U) | (call.accept_raw ? OC_CHAT_ACCEPT_RAW : 0U),
            str(call.model),
            str(call.body_json),
            timeouts.connect * 1000,
            timeouts.first_token * 1000,
            timeouts.idle * 1000,
            timeouts.total * 1000};
        slots->chat(inst, op, &request);
      });
}

runtime::Millis ProviderPort::deadline() const {
  return runtime::Millis(std::uint64_t{config_.timeouts.total} * 1000) + grace_;
}

void ProviderPort::cancel(pipeline::ChatId id) {
  instance_.cancel(id);
}

}  // namespace openclaw::host
