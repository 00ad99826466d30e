// The pipeline's end of a provider that lives on a loop of its own.
#include "core/host/provider_link.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace openclaw::host {

using pipeline::ChatEvent;
using pipeline::ChatFailure;
using pipeline::ChatId;
using runtime::Millis;

namespace {
/// What a provider may say before home has heard any of it.
constexpr std::size_t kMaxWaitingBytes = 8U << 20U;
}  // namespace

/// One chat. Shared by home and the provider's loop; each uses its own members.
struct ProviderLink::Call {
  struct Said {
    ChatEvent kind;
    std::string data;
  };

  // Home's.
  pipeline::ChatEvents events;
  runtime::TimerId deadline{};
  bool refused = false;  ///< home did not want the rest, so what came is no whole answer

  // The provider's loop's.
  ChatId near = 0;

  // Both sides'.
  std::atomic<bool> unheard{false};  ///< home hears no more of it
  std::mutex mutex;
  std::vector<Said> waiting;
  std::size_t waiting_bytes = 0;
  bool posted = false;  ///< a task that brings `waiting` home is on its way

  enum class Heard : std::uint8_t { no, yes, tell_home };
  /// [the provider's loop]
  Heard say(ChatEvent kind, std::string_view data) {
    if (unheard.load(std::memory_order_relaxed)) return Heard::no;
    const std::lock_guard lock(mutex);
    if (waiting_bytes + data.size() > kMaxWaitingBytes) return Heard::no;
    waiting_bytes += data.size();
    if (kind == ChatEvent::text && !waiting.empty() && waiting.back().kind == ChatEvent::text) {
      waiting.back().data += data;
    } else {
      waiting.push_back({kind, std::string(data)});
    }
    return std::exchange(posted, true) ? Heard::yes : Heard::tell_home;
  }

  std::vector<Said> take() {
    const std::lock_guard lock(mutex);
    posted = false;
    waiting_bytes = 0;
    return std::exchange(waiting, {});
  }
};

/// [home] The calls under way.
struct ProviderLink::Open {
  Open(runtime::Loop& at, std::shared_ptr<Instance*> of_instance, runtime::Loop& its_loop)
      : home(at), handle(std::move(of_instance)), far(its_loop) {}

  runtime::Loop& home;
  std::shared_ptr<Instance*> handle;  ///< shared with the instance; only read on its loop
  runtime::Loop& far;
  std::map<ChatId, std::shared_ptr<Call>> calls;  ///< each shared with the provider's loop
  ChatId next = 1;

  void hear(ChatId id) {
    const auto it = calls.find(id);
    if (it == calls.end()) return;
    const auto call = it->second;  // whoever listens may end the call inside
    for (const auto& said : call->take()) {
      if (call->unheard.load(std::memory_order_relaxed)) return;
      if (!call->events.event(said.kind, said.data)) {
        call->refused = true;
        leave(call);
      }
    }
  }

  /// The provider is told to end it; that end is still reported.
  void leave(const std::shared_ptr<Call>& call) {
    call->unheard.store(true);
    far.post([h = handle, call] {
      if (*h != nullptr && call->near != 0) (*h)->cancel(call->near);
    });
  }

  void finish(ChatId id, std::optional<ChatFailure> failure) {
    auto node = calls.extract(id);
    if (node.empty()) return;
    const auto call = std::move(node.mapped());
    call->unheard.store(true);
    home.cancel(call->deadline);
    if (call->refused && !failure) {
      failure = ChatFailure{{Errc::cancelled, "the rest of the answer was not wanted"}};
    }
    call->events.done(std::move(failure));
  }

  void fail_all(const ChatFailure& failure) {
    while (!calls.empty()) finish(calls.begin()->first, failure);
  }
};

ProviderLink::ProviderLink(Instance& instance, const config::Provider& config, runtime::Loop& home,
                           Millis grace)
    : instance_(instance),
      near_(instance, config, grace),
      home_(home),
      deadline_(near_.deadline() + grace),
      open_(std::make_shared<Open>(home, instance.handle(), instance.loop())) {
  instance.on_status([&instance, &home, open = open_](const InstanceStatus& status) {
    if (!instance.fenced()) return;
    home.post([open, reason = status.reason] {
      open->fail_all({{Errc::plugin, reason, 0, true}});
    });
  });
}

ChatId ProviderLink::chat(const pipeline::ChatCall& call, pipeline::ChatEvents events) {
  if (instance_.fenced()) {
    home_.post([done = std::move(events.done), reason = instance_.status().reason] {
      done(ChatFailure{{Errc::plugin, reason, 0, true}});
    });
    return 0;
  }
  const ChatId id = open_->next++;
  const auto opened = std::make_shared<Call>();
  opened->events = std::move(events);
  opened->deadline = home_.after(deadline_, [open = open_, opened, id, name = name()] {
    opened->deadline = {};
    open->leave(opened);
    open->finish(id, ChatFailure{{Errc::deadline, name + ": its loop is stuck inside the plugin"}});
  });
  open_->calls.emplace(id, opened);
  instance_.loop().post([this, handle = instance_.handle(), open = open_, opened, id, c = call] {
    const auto ended = [open, opened, id](std::optional<ChatFailure> failure) {
      open->home.post([open, id, f = std::move(failure)]() mutable {
        open->hear(id);
        open->finish(id, std::move(f));
      });
    };
    if (*handle == nullptr) {
      ended(ChatFailure{{Errc::plugin, "the provider is stopped", 0, true}});
      return;
    }
    opened->near = near_.chat(c, {[open, opened, id](ChatEvent kind, std::string_view data) {
                                    const auto heard = opened->say(kind, data);
                                    if (heard == Call::Heard::tell_home) {
                                      open->home.post([open, id] { open->hear(id); });
                                    }
                                    return heard != Call::Heard::no;
                                  },
                                  ended});
  });
  return id;
}

void ProviderLink::cancel(ChatId id) {
  const auto it = open_->calls.find(id);
  if (it != open_->calls.end() && !it->second->unheard.load()) open_->leave(it->second);
}

}  // namespace openclaw::host
