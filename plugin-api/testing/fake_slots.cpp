// Calls of the plugin's slots, each followed by what it queued.
#include "fake_services.hpp"

namespace openclaw::testing {

using sdk::str;

oc_op FakeHost::start() {
  const oc_op op = open_op();
  plugin_->start(inst_, op);
  run();
  return op;
}

oc_op FakeHost::quiesce() {
  const oc_op op = open_op();
  plugin_->quiesce(inst_, op);
  run();
  return op;
}

oc_op FakeHost::stop() {
  const oc_op op = open_op();
  plugin_->stop(inst_, op);
  run();
  return op;
}

void FakeHost::cancel(oc_op op) {
  plugin_->cancel(inst_, op);
  run();
}

const void* FakeHost::ext(std::string_view id) {
  return plugin_->ext(inst_, str(id));
}

oc_op FakeHost::send(const OwnedMessage& message) {
  const oc_op op = open_op();
  const oc_message m = message.view();
  static_cast<const oc_channel*>(ext("oc.channel/1"))->send(inst_, op, &m);
  run();
  return op;
}

void FakeHost::partial(std::uint32_t kind, std::string_view chat, std::string_view turn,
                       std::string_view text, std::string_view thread,
                       std::string_view extra_json) {
  const oc_partial p = {sizeof p,  kind,      str(chat),      str(thread),
                        str(turn), str(text), str(extra_json)};
  static_cast<const oc_channel*>(ext("oc.channel/1"))->partial(inst_, &p);
  run();
}

void FakeHost::typing(std::string_view chat, bool on, std::string_view thread,
                      std::string_view extra_json) {
  const oc_typing t = {sizeof t, on ? 1U : 0U, str(chat), str(thread), str(extra_json)};
  static_cast<const oc_channel*>(ext("oc.channel/1"))->typing(inst_, &t);
  run();
}

oc_op FakeHost::fetch(const OwnedAttachment& attachment, std::uint64_t max_bytes) {
  const oc_op op = open_op();
  const oc_attachment a = attachment.view();
  static_cast<const oc_channel*>(ext("oc.channel/1"))->fetch(inst_, op, &a, max_bytes);
  run();
  return op;
}

void FakeHost::react(std::string_view chat, std::string_view message, std::string_view emoji,
                     bool on, std::string_view thread, std::string_view extra_json) {
  const oc_reaction r = {sizeof r,     on ? 1U : 0U, str(chat),      str(thread),
                         str(message), str(emoji),   str(extra_json)};
  static_cast<const oc_channel*>(ext("oc.channel/1"))->react(inst_, &r);
  run();
}

oc_op FakeHost::chat(std::string_view body_json, std::uint32_t flags, std::string_view model) {
  const oc_op op = open_op();
  const oc_chat_request r = {sizeof r, flags, str(model), str(body_json), 1000, 2000, 3000, 60000};
  static_cast<const oc_provider*>(ext("oc.provider/1"))->chat(inst_, op, &r);
  run();
  return op;
}

}  // namespace openclaw::testing
