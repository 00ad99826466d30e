// A channel, over its plugin instance: calls hop to its loop, answers come back.
#include "core/host/channel_port.hpp"

#include <atomic>
#include <nlohmann/json.hpp>
#include <set>

#include "openclaw/channel.h"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using pipeline::Outbound;
using pipeline::PartialKind;
using sdk::str;

namespace {

/// The plugin's own deadlines come first; what it holds back longer, nobody waits for.
constexpr runtime::Millis kFetchDeadline{60'000};

pipeline::ChannelTraits traits_of(const Instance& instance) {
  pipeline::ChannelTraits t;
  t.instance = instance.name();
  const auto slash = t.instance.find('/');
  t.channel = t.instance.substr(0, slash);
  t.account = slash == std::string::npos ? "default" : t.instance.substr(slash + 1);
  t.text = instance.manifest().text;
  const auto* slots = instance.slots<oc_channel>("oc.channel/1");
  if (slots == nullptr) return t;
  t.idempotent = (slots->caps & OC_CHANNEL_IDEMPOTENT) != 0;
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

}  // namespace

/// What a turn's partials have gathered while the channel's loop was busy.
struct ChannelPort::Waiting {
  std::mutex mutex;
  std::string chat, thread, turn, text, extra_json;
  bool begin = false, reset = false, end = false, posted = false;
};

/// One send that home waits for. The channel's loop may be stuck inside the plugin for good, so the
/// last deadline runs at home, and whoever comes first answers.
struct ChannelPort::Sending {
  enum class Stage : std::uint8_t { queued, handed, abandoned };

  pipeline::Done<std::string> done;
  runtime::TimerId deadline{};
  /// Both sides': what home abandons while it is queued has surely not been sent, and never will
  /// be.
  std::atomic<Stage> stage{Stage::queued};

  bool move_to(Stage next) {
    Stage queued = Stage::queued;
    return stage.compare_exchange_strong(queued, next);
  }
};

/// [home] The sends under way; shared with the tasks that bring their outcomes.
struct ChannelPort::Sends {
  explicit Sends(runtime::Loop& at) : home(at) {}

  runtime::Loop& home;
  std::set<std::shared_ptr<Sending>> open;  ///< each shared with the channel's loop

  void finish(std::shared_ptr<Sending> sending, Result<std::string> result) {
    if (open.erase(sending) == 0) return;
    home.cancel(sending->deadline);
    sending->done(std::move(result));
  }
  /// The channel's loop may never report it.
  void give_up(std::shared_ptr<Sending> sending, const std::string& why) {
    const bool surely_not = sending->move_to(Sending::Stage::abandoned);
    finish(sending, surely_not ? Error{Errc::plugin, why, 0, true}
                               : Error{Errc::deadline, why, 0, false, true});
  }
  void give_up_all(const std::string& why) {
    while (!open.empty()) give_up(*open.begin(), why);
  }
};

ChannelPort::ChannelPort(Instance& instance, runtime::Loop& home, runtime::Millis send_deadline,
                         runtime::Millis grace)
    : instance_(instance),
      home_(home),
      send_deadline_(send_deadline),
      grace_(grace),
      traits_(traits_of(instance)),
      sends_(std::make_shared<Sends>(home)) {
  instance.on_status([&instance, &home, sends = sends_](const InstanceStatus& status) {
    if (!instance.fenced()) return;
    home.post([sends, reason = status.reason] { sends->give_up_all(reason); });
  });
}

bool ChannelPort::can_deliver() const {
  if (instance_.fenced()) return false;
  const auto state = instance_.status().state;
  return state == InstanceState::connected || state == InstanceState::degraded;
}

void ChannelPort::send(const Outbound& message, pipeline::Done<std::string> done) {
  if (instance_.fenced()) {
    home_.post([d = std::move(done)]() mutable {
      d(Error{Errc::plugin, "the channel was shut out", 0, true});
    });
    return;
  }
  auto owned = std::make_unique<Outbound>(message);
  // Shared by the deadline and the call on the channel's loop; only used at home.
  auto sending = std::make_shared<Sending>();
  sending->done = std::move(done);
  sends_->open.insert(sending);
  sending->deadline = home_.after(send_deadline_ + grace_, [sends = sends_, sending] {
    sending->deadline = {};
    sends->give_up(sending, "the channel's loop is stuck inside its plugin");
  });
  instance_.loop().post([handle = instance_.handle(), sends = sends_, m = std::move(owned), sending,
                         deadline = send_deadline_]() mutable {
    if (!sending->move_to(Sending::Stage::handed)) return;  // home has given it up
    if (*handle == nullptr) {
      sends->home.post([sends, sending] {
        sends->finish(sending, Error{Errc::plugin, "the channel is stopped", 0, true});
      });
      return;
    }
    Instance& instance = **handle;
    const Outbound& out = *m;
    const auto* slots = instance.slots<oc_channel>("oc.channel/1");
    instance.call(
        "send", deadline, {},
        [sends, sending](const std::optional<CallError>& error, std::string_view json,
                         const std::string&) {
          Result<std::string> result = error ? Result<std::string>(send_error(*error))
                                             : Result<std::string>(text_of(json, "message_id"));
          sends->home.post([sends, sending, r = std::move(result)]() mutable {
            sends->finish(sending, std::move(r));
          });
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

void ChannelPort::fetch(const pipeline::Attachment& attachment, std::uint64_t max_bytes,
                        pipeline::Done<pipeline::FetchedMedia> done) {
  if (instance_.fenced()) {
    home_.post([d = std::move(done)]() mutable {
      d(Error{Errc::plugin, "the channel was shut out"});
    });
    return;
  }
  auto answer = [&home = home_, d = std::make_shared<pipeline::Done<pipeline::FetchedMedia>>(
                                    std::move(done))](Result<pipeline::FetchedMedia> result) {
    home.post([d, r = std::move(result)]() mutable {
      auto once = std::move(*d);  // what it holds ends here, at home, whoever lets go of `d`
      once(std::move(r));
    });
  };
  instance_.loop().post([handle = instance_.handle(), attachment, max_bytes,
                         answer = std::move(answer), deadline = kFetchDeadline] {
    if (*handle == nullptr) {
      answer(Error{Errc::plugin, "the channel is stopped"});
      return;
    }
    Instance& instance = **handle;
    const auto* slots = instance.slots<oc_channel>("oc.channel/1");
    instance.call(
        "fetch", deadline, {},
        [answer, max_bytes](const std::optional<CallError>& error, std::string_view json,
                            const std::string& body) {
          if (error) {
            answer(error->error);
          } else if (body.size() > max_bytes) {
            answer(Error{Errc::too_large, "the channel brought more than it was asked for"});
          } else {
            answer(pipeline::FetchedMedia{text_of(json, "mime"), body});
          }
        },
        [&](oc_inst* inst, oc_op op) {
          const oc_attachment a = view_of(attachment);
          slots->fetch(inst, op, &a, max_bytes);
        });
  });
}

void ChannelPort::react(const std::string& chat, const std::string& thread,
                        const std::string& message, const std::string& emoji, bool on) {
  if (instance_.fenced()) return;
  instance_.loop().post([handle = instance_.handle(), chat, thread, message, emoji, on] {
    if (*handle == nullptr) return;
    Instance& instance = **handle;
    const auto* slots = instance.slots<oc_channel>("oc.channel/1");
    const oc_reaction reaction = {sizeof reaction, on ? 1U : 0U, str(chat),
                                  str(thread),     str(message), str(emoji)};
    instance.enter("react", [&](oc_inst* inst) { slots->react(inst, &reaction); });
  });
}

void ChannelPort::typing(const std::string& chat, const std::string& thread, bool on) {
  if (instance_.fenced()) return;
  instance_.loop().post([handle = instance_.handle(), chat, thread, on] {
    if (*handle == nullptr) return;
    Instance& instance = **handle;
    const auto* slots = instance.slots<oc_channel>("oc.channel/1");
    instance.enter("typing",
                   [&](oc_inst* inst) { slots->typing(inst, str(chat), str(thread), on ? 1 : 0); });
  });
}

}  // namespace openclaw::host
