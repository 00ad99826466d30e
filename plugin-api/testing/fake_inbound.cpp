// Messages that a channel hands to the fake host, with the outcomes that a test decides on.
#include "fake_services.hpp"

namespace openclaw::testing {

using sdk::copy;
using sdk::str;

oc_attachment OwnedAttachment::view() const {
  return {sizeof(oc_attachment), 0, str(mime), str(name), str(ref), bytes};
}

oc_message OwnedMessage::view() const {
  oc_message m{};
  m.size = sizeof m;
  m.flags = flags;
  m.ts_ms = ts_ms;
  m.event_id = str(event_id);
  m.idem_key = str(idem_key);
  m.chat_id = str(chat_id);
  m.thread_id = str(thread_id);
  m.sender_id = str(sender_id);
  m.sender_name = str(sender_name);
  m.message_id = str(message_id);
  m.reply_to = str(reply_to);
  m.turn_id = str(turn_id);
  m.text = str(text);
  m.plain = str(plain);
  m.extra_json = str(extra_json);
  views_.clear();
  for (const OwnedAttachment& a : attachments) views_.push_back(a.view());
  m.attachments = views_.data();
  m.n_attachments = static_cast<std::uint32_t>(views_.size());
  m.attachment_stride = sizeof(oc_attachment);
  return m;
}

OwnedMessage OwnedMessage::from(const oc_message& m) {
  OwnedMessage out;
  out.flags = m.flags;
  out.ts_ms = m.ts_ms;
  out.event_id = copy(m.event_id);
  out.idem_key = copy(m.idem_key);
  out.chat_id = copy(m.chat_id);
  out.thread_id = copy(m.thread_id);
  out.sender_id = copy(m.sender_id);
  out.sender_name = copy(m.sender_name);
  out.message_id = copy(m.message_id);
  out.reply_to = copy(m.reply_to);
  out.turn_id = copy(m.turn_id);
  out.text = copy(m.text);
  out.extra_json = copy(m.extra_json);
  out.plain = copy(m.plain);
  const auto* at = reinterpret_cast<const char*>(m.attachments);
  for (std::uint32_t i = 0; i < m.n_attachments; ++i, at += m.attachment_stride) {
    const auto& a = *reinterpret_cast<const oc_attachment*>(at);
    out.attachments.push_back({copy(a.mime), copy(a.name), copy(a.ref), a.bytes});
  }
  return out;
}

oc_inbound FakeHost::Services::make_inbound() {
  const auto submit = [](oc_host* h, const oc_message* m, oc_done_fn done,
                         void* user) noexcept -> oc_op {
    FakeHost& f = host(h);
    if (!OC_COVERS(m, oc_message, attachment_stride)) return 0;
    const oc_op op = f.expect(done, user);
    f.submitted.push_back({op, OwnedMessage::from(*m)});
    if (f.auto_accept) f.queue_.emplace_back([&f, op] { f.accept(op); });
    return op;
  };
  const auto history = [](oc_host* h, const oc_message* m, uint32_t, oc_done_fn done,
                          void* user) noexcept -> oc_op {
    FakeHost& f = host(h);
    const oc_op op = f.expect(done, user);
    f.history_asked.push_back(OwnedMessage::from(*m));
    f.history_ops.push_back(op);
    if (f.auto_history) f.queue_.emplace_back([&f, op] { f.answer_history(op); });
    return op;
  };
  const auto stop = [](oc_host* h, const oc_message* m, oc_done_fn done,
                       void* user) noexcept -> oc_op {
    FakeHost& f = host(h);
    const oc_op op = f.expect(done, user);
    f.stops_asked.push_back(OwnedMessage::from(*m));
    f.queue_.emplace_back([&f, op] { f.finish_pending(op, {}, R"({"stopped":1})", {}); });
    return op;
  };
  return {sizeof(oc_inbound), 0, submit, history, stop};
}

void FakeHost::accept(oc_op submit_op, std::string_view outcome) {
  finish_pending(submit_op, {},
                 "{\"outcome\":\"" + std::string(outcome) + "\",\"session\":\"agent:main:main\"}",
                 {});
  run();
}

void FakeHost::answer_history(oc_op op) {
  finish_pending(op, {}, history_json, {});
  run();
}

void FakeHost::refuse(oc_op submit_op, const Failure& failure) {
  finish_pending(submit_op, failure, {}, {});
  run();
}

}  // namespace openclaw::testing
