// "oc.inbound/1": a channel's messages on their way into the pipeline.
#include "openclaw/host/inbound.h"

#include <nlohmann/json.hpp>

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

using pipeline::Inbound;
using pipeline::Submitted;
using sdk::copy;

/// The account part of an instance's name: "telegram/work" → "work".
std::string account_of(const std::string& instance) {
  const auto slash = instance.find('/');
  return slash == std::string::npos ? "default" : instance.substr(slash + 1);
}

const oc_attachment* attachment(const oc_message& m, std::uint32_t index) {
  return reinterpret_cast<const oc_attachment*>(reinterpret_cast<const char*>(m.attachments) +
                                                std::size_t{index} * m.attachment_stride);
}

/// Every field that 1.0 has is there, and the attachments can be walked.
bool well_formed(Instance& self, const oc_message* m) {
  if (!OC_COVERS(m, oc_message, attachment_stride)) {
    services::malformed(self, "oc_message");
    return false;
  }
  for (std::uint32_t i = 0; i < m->n_attachments; ++i) {
    if (m->attachments == nullptr || m->attachment_stride < sizeof(oc_attachment) ||
        !OC_COVERS(attachment(*m, i), oc_attachment, bytes)) {
      services::malformed(self, "oc_attachment");
      return false;
    }
  }
  return true;
}

Inbound to_inbound(const Instance& self, const oc_message& m) {
  Inbound out;
  out.instance = self.name();
  out.from.channel = self.name().substr(0, self.name().find('/'));
  out.from.account = account_of(self.name());
  out.from.chat_id = copy(m.chat_id);
  out.from.thread_id = copy(m.thread_id);
  out.from.sender_id = copy(m.sender_id);
  out.from.kind = (m.flags & OC_MSG_ROOM) != 0    ? pipeline::ChatKind::room
                  : (m.flags & OC_MSG_GROUP) != 0 ? pipeline::ChatKind::group
                                                  : pipeline::ChatKind::direct;
  out.sender_name = copy(m.sender_name);
  out.message_id = copy(m.message_id);
  out.event_id = copy(m.event_id);
  out.reply_to = copy(m.reply_to);
  out.text = copy(m.text);
  out.extra_json = copy(m.extra_json);
  out.ts_ms = m.ts_ms;
  out.mentioned = (m.flags & OC_MSG_MENTIONED) != 0;
  for (std::uint32_t i = 0; i < m.n_attachments; ++i) {
    const oc_attachment* a = attachment(m, i);
    out.attachments.push_back({copy(a->mime), copy(a->name), copy(a->ref), a->bytes});
  }
  return out;
}

CallError to_call(Error error, std::uint32_t effect) {
  const std::uint32_t flags =
      effect |
      (error.code == Errc::invalid || error.code == Errc::too_large || error.code == Errc::auth
           ? 0U
           : OC_EF_RETRY);
  if (error.code == Errc::too_large) error.code = Errc::invalid;  // final for the channel
  return {std::move(error), flags};
}

oc_op submit(oc_host* host, const oc_message* m, oc_done_fn done, void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop() || done == nullptr || !well_formed(self, m)) return 0;
  const oc_op op = self.requests().open({done, user, {}, 0, {}, 0});
  if (op == 0) return 0;
  self.environment().inbound.submit(
      to_inbound(self, *m), [handle = self.handle(), op](Result<Submitted> stored) {
        if (*handle == nullptr) return;
        if (stored.has_error()) {
          (*handle)->answer(op, to_call(stored.error(), effect_of(stored.error())), {}, {});
          return;
        }
        const char* outcome = stored->outcome == Submitted::Outcome::accepted    ? "accepted"
                              : stored->outcome == Submitted::Outcome::duplicate ? "duplicate"
                                                                                 : "refused";
        (*handle)->answer(op, std::nullopt,
                          nlohmann::json{{"outcome", outcome}, {"session", stored->session}}.dump(
                              -1, ' ', false, nlohmann::json::error_handler_t::replace),
                          {});
      });
  return op;
}

oc_op history(oc_host* host, const oc_message* chat, std::uint32_t limit, oc_done_fn done,
              void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop() || done == nullptr || !well_formed(self, chat)) return 0;
  const oc_op op = self.requests().open({done, user, {}, 0, {}, 0});
  if (op == 0) return 0;
  self.environment().inbound.history(
      to_inbound(self, *chat), std::min(limit, 1000U),
      [handle = self.handle(), op](Result<pipeline::History> entries) {
        if (*handle == nullptr) return;
        if (entries.has_error()) {
          (*handle)->answer(op, to_call(entries.error(), OC_EF_NOT_DONE), {}, {});
          return;
        }
        auto list = nlohmann::json::array();
        for (const auto& e : *entries) {
          const char* role = e.role == pipeline::Role::assistant ? "assistant"
                             : e.role == pipeline::Role::system  ? "system"
                                                                 : "user";
          const std::string_view kept = e.meta_json.empty() ? "{}" : e.meta_json;
          auto meta = nlohmann::json::parse(kept, nullptr, false);
          list.push_back({{"id", e.id},
                          {"role", role},
                          {"text", e.text},
                          {"ts", e.ts_ms},
                          {"meta", meta.is_object() ? std::move(meta) : nlohmann::json::object()}});
        }
        (*handle)->answer(op, std::nullopt,
                          list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), {});
      });
  return op;
}

oc_op stop(oc_host* host, const oc_message* chat, oc_done_fn done, void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop() || done == nullptr || !well_formed(self, chat)) return 0;
  const oc_op op = self.requests().open({done, user, {}, 0, {}, 0});
  if (op == 0) return 0;
  self.environment().inbound.stop(
      to_inbound(self, *chat), [handle = self.handle(), op](Result<std::size_t> stopped) {
        if (*handle == nullptr) return;
        if (stopped.has_error()) {
          (*handle)->answer(op, to_call(stopped.error(), effect_of(stopped.error())), {}, {});
        } else {
          (*handle)->answer(op, std::nullopt, "{\"stopped\":" + std::to_string(*stopped) + "}", {});
        }
      });
  return op;
}

}  // namespace

const void* services::inbound() {
  static const oc_inbound table = {sizeof(oc_inbound), 0, &submit, &history, &stop};
  return &table;
}

}  // namespace openclaw::host
