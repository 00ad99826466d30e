// A channel, over its plugin instance: calls hop to its loop, answers come back.
#include "core/host/channel_port.hpp"

#include <mutex>
#include <nlohmann/json.hpp>

#include "core/host/channel_calls.hpp"
#include "openclaw/channel.h"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using pipeline::Outbound;
using pipeline::PartialKind;
using sdk::str;

namespace {

pipeline::ChannelTraits traits_of(const Instance& instance) {
  pipeline::ChannelTraits t;
  t.instance = instance.name();
  const auto slash = t.instance.find('/');
  t.channel = t.instance.substr(0, slash);
  t.account = slash == std::string::npos ? "default" : t.instance.substr(slash + 1);
  t.text = instance.manifest().text;
  const auto* slots = instance.slots<oc_channel>("oc.channel/1");
  if (slots == nullptr) return t;
  t.idempotent_ms = slots->idempotent_ms;
  t.partials = (slots->caps & OC_CHANNEL_PARTIALS) != 0 && OC_HAS(slots, oc_channel, partial);
  t.typing = (slots->caps & OC_CHANNEL_TYPING) != 0 && OC_HAS(slots, oc_channel, typing);
  t.media = (slots->caps & OC_CHANNEL_MEDIA) != 0 && OC_HAS(slots, oc_channel, fetch);
  t.reactions = (slots->caps & OC_CHANNEL_REACTIONS) != 0 && OC_HAS(slots, oc_channel, react);
  return t;
}

oc_attachment view_of(const pipeline::Attachment& a) {
  return {sizeof(oc_attachment), 0, str(a.mime), str(a.name), str(a.ref), a.bytes};
}

std::string text_of(std::string_view json, const char* key) {
  const auto j = nlohmann::json::parse(json, nullptr, false);
  return j.is_object() && j.contains(key) && j[key].is_string() ? j[key].get<std::string>()
                                                                : std::string{};
}

/// A failure that does not say whether the message left may have let it out, unless its code says
/// that the platform was never asked, or answered no.
Error send_error(const CallError& failed) {
  Error error = failed.error;
  if ((failed.flags & (OC_EF_NOT_DONE | OC_EF_MAYBE_DONE)) != 0) return error;
  switch (error.code) {
    case Errc::cancelled:
    case Errc::deadline:
    case Errc::network:
    case Errc::plugin:
    case Errc::storage:
    case Errc::unknown:
      error.maybe_done = true;
      break;
    default:
      break;
  }
  return error;
}

/// Where a call without an op leads, for the channel's loop: the message itself may be long.
struct Told {
  std::string chat, thread, extra_json;
  static Told of(const pipeline::Inbound& message) {
    return {message.from.chat_id, message.from.thread_id, message.extra_json};
  }
};

/// Reading has no effect, so what surely was not done may as well be tried again.
Error fetch_error(const CallError& failed) {
  Error error = failed.error;
  error.retryable = error.retryable || (failed.flags & OC_EF_NOT_DONE) != 0;
  return error;
}

using Fetch = ChannelCall<pipeline::FetchedMedia>;
using Sending = ChannelCall<std::string>;

}  // namespace

/// What a turn's partials have gathered while the channel's loop was busy.
struct ChannelPort::Waiting {
  std::mutex mutex;
  std::string chat, thread, turn, text, extra_json;
  bool begin = false, reset = false, end = false, posted = false;
};

ChannelPort::ChannelPort(Instance& instance, runtime::Loop& home, ChannelDeadlines deadlines)
    : instance_(instance),
      home_(home),
      deadlines_(deadlines),
      traits_(traits_of(instance)),
      sends_(std::make_shared<ChannelCalls<std::string>>(home)),
      fetches_(std::make_shared<ChannelCalls<pipeline::FetchedMedia>>(home)) {
  instance.on_status(
      [&instance, &home, sends = sends_, fetches = fetches_](const InstanceStatus& status) {
        if (!instance.fenced()) return;
        home.post([sends, fetches, reason = status.reason] {
          sends->give_up_all(reason);
          fetches->give_up_all(reason);
        });
      });
}

bool ChannelPort::can_deliver() const {
  if (instance_.fenced()) return false;
  const auto state = instance_.status().state;
  return state == InstanceState::connected || state == InstanceState::degraded;
}

bool ChannelPort::is_outlet() const {
  if (instance_.fenced()) return false;
  const auto state = instance_.status().state;
  return state == InstanceState::connecting || state == InstanceState::connected ||
         state == InstanceState::degraded;
}

void ChannelPort::send(const Outbound& message, pipeline::Done<std::string> done) {
  if (instance_.fenced()) {
    home_.post([d = std::move(done)]() mutable {
      d(Error{Errc::plugin, "the channel was shut out", 0, true});
    });
    return;
  }
  auto owned = std::make_unique<Outbound>(message);
  auto sending = sends_->open(deadlines_.send + deadlines_.grace, std::move(done));
  instance_.loop().post([handle = instance_.handle(), sends = sends_, m = std::move(owned),
                         sending = std::move(sending), deadline = deadlines_.send]() mutable {
    if (!sending->move_to(Sending::Stage::handed)) return;  // home has given it up
    if (*handle == nullptr) {
      sends->report(sending, Error{Errc::plugin, "the channel is stopped", 0, true});
      return;
    }
    Instance& instance = **handle;
    const Outbound& out = *m;
    const auto* slots = instance.slots<oc_channel>("oc.channel/1");
    instance.call(
        "send", deadline, {},
        [sends, sending](const std::optional<CallError>& error, std::string_view json,
                         const std::string&) {
          sends->report(sending, error ? Result<std::string>(send_error(*error))
                                       : Result<std::string>(text_of(json, "message_id")));
        },
        [&](oc_inst* inst, oc_op op) {
          oc_message msg{};
          msg.size = sizeof msg;
          msg.chat_id = str(out.chat_id);
          msg.thread_id = str(out.thread_id);
          msg.reply_to = str(out.reply_to);
          msg.idem_key = str(out.idem_key);
          msg.turn_id = str(out.turn_id);
          msg.text = str(out.text);
          msg.plain = str(out.plain);
          msg.extra_json = str(out.extra_json);
          std::vector<oc_attachment> attachments;
          for (const auto& a : out.attachments) attachments.push_back(view_of(a));
          msg.attachments = attachments.data();
          msg.n_attachments = static_cast<std::uint32_t>(attachments.size());
          msg.attachment_stride = sizeof(oc_attachment);
          slots->send(inst, op, &msg);
        });
  });
}

void ChannelPort::partial(PartialKind kind, const pipeline::Inbound& to, const std::string& turn,
                          std::string_view text) {
  if (instance_.fenced()) {  // its loop may never run again
    waiting_.erase(turn);
    return;
  }
  auto& waiting = waiting_[turn];
  if (waiting == nullptr) {
    waiting = std::make_shared<Waiting>();
    waiting->chat = to.from.chat_id;
    waiting->thread = to.from.thread_id;
    waiting->turn = turn;
    waiting->extra_json = to.extra_json;
  }
  const auto shared = waiting;
  if (kind == PartialKind::end) waiting_.erase(turn);
  bool post = false;
  {
    const std::lock_guard lock(shared->mutex);
    switch (kind) {
      case PartialKind::begin:
        shared->begin = true;
        break;
      case PartialKind::text:
        shared->text += text;
        break;
      case PartialKind::reset:
        shared->text.clear();
        shared->reset = true;
        break;
      case PartialKind::end:
        shared->end = true;
        break;
    }
    post = !std::exchange(shared->posted, true);
  }
  if (post) flush(shared);
}

void ChannelPort::flush(const std::shared_ptr<Waiting>& waiting) {
  instance_.loop().post([handle = instance_.handle(), waiting] {
    std::string text;
    bool begin = false;
    bool reset = false;
    bool end = false;
    {
      const std::lock_guard lock(waiting->mutex);
      text.swap(waiting->text);
      begin = std::exchange(waiting->begin, false);
      reset = std::exchange(waiting->reset, false);
      end = std::exchange(waiting->end, false);
      waiting->posted = false;
    }
    if (*handle == nullptr) return;
    Instance& instance = **handle;
    const auto* slots = instance.slots<oc_channel>("oc.channel/1");
    const auto say = [&](std::uint32_t kind, std::string_view what) {
      const oc_partial p = {
          sizeof p,           kind,      str(waiting->chat),      str(waiting->thread),
          str(waiting->turn), str(what), str(waiting->extra_json)};
      instance.enter("partial", [&](oc_inst* inst) { slots->partial(inst, &p); });
    };
    if (begin) say(OC_PARTIAL_BEGIN, {});
    if (reset) say(OC_PARTIAL_RESET, {});
    if (!text.empty()) say(OC_PARTIAL_TEXT, text);
    if (end) say(OC_PARTIAL_END, {});
  });
}

pipeline::FetchId ChannelPort::fetch(const pipeline::Attachment& attachment,
                                     std::uint64_t max_bytes,
                                     pipeline::Done<pipeline::FetchedMedia> done) {
  if (instance_.fenced()) {
    home_.post([d = std::move(done)]() mutable {
      d(Error{Errc::plugin, "the channel was shut out"});
    });
    return 0;
  }
  auto call = fetches_->open(deadlines_.fetch + deadlines_.grace, std::move(done));
  const pipeline::FetchId id = call->id;
  instance_.loop().post([handle = instance_.handle(), fetches = fetches_, attachment, max_bytes,
                         call = std::move(call), deadline = deadlines_.fetch] {
    if (!call->move_to(Fetch::Stage::handed)) return;  // nobody wants it any more
    if (*handle == nullptr) {
      fetches->report(call, Error{Errc::plugin, "the channel is stopped"});
      return;
    }
    Instance& instance = **handle;
    const auto* slots = instance.slots<oc_channel>("oc.channel/1");
    call->op = instance.call(
        "fetch", deadline, {},
        [fetches, call, max_bytes](const std::optional<CallError>& error, std::string_view json,
                                   std::string body) {
          call->op = 0;
          if (error) {
            fetches->report(call, fetch_error(*error));
          } else if (body.size() > max_bytes) {
            fetches->report(
                call, Error{Errc::too_large, "the channel brought more than it was asked for"});
          } else {
            fetches->report(call, pipeline::FetchedMedia{text_of(json, "mime"), std::move(body)});
          }
        },
        [&](oc_inst* inst, oc_op op) {
          const oc_attachment a = view_of(attachment);
          slots->fetch(inst, op, &a, max_bytes);
        });
  });
  return id;
}

void ChannelPort::cancel_fetch(pipeline::FetchId id) {
  const auto call = fetches_->find(id);
  if (call == nullptr) return;
  if (call->move_to(Fetch::Stage::abandoned)) {  // the channel has not heard of it
    fetches_->report(call, Error{Errc::cancelled, "the attachment is not wanted any more"});
    return;
  }
  instance_.loop().post([handle = instance_.handle(), call] {
    if (*handle != nullptr && call->op != 0) (*handle)->cancel(call->op);
  });
}

void ChannelPort::react(const pipeline::Inbound& message, const std::string& emoji, bool on) {
  if (instance_.fenced()) return;
  instance_.loop().post(
      [handle = instance_.handle(), to = Told::of(message), id = message.message_id, emoji, on] {
        if (*handle == nullptr) return;
        Instance& instance = **handle;
        const auto* slots = instance.slots<oc_channel>("oc.channel/1");
        const oc_reaction reaction = {
            sizeof reaction, on ? 1U : 0U, str(to.chat),       str(to.thread),
            str(id),         str(emoji),   str(to.extra_json),
        };
        instance.enter("react", [&](oc_inst* inst) { slots->react(inst, &reaction); });
      });
}

void ChannelPort::typing(const pipeline::Inbound& to, bool on) {
  if (instance_.fenced()) return;
  instance_.loop().post([handle = instance_.handle(), to = Told::of(to), on] {
    if (*handle == nullptr) return;
    Instance& instance = **handle;
    const auto* slots = instance.slots<oc_channel>("oc.channel/1");
    const oc_typing typing = {sizeof typing, on ? 1U : 0U, str(to.chat), str(to.thread),
                              str(to.extra_json)};
    instance.enter("typing", [&](oc_inst* inst) { slots->typing(inst, &typing); });
  });
}

}  // namespace openclaw::host
