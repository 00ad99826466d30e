// The table of contents of a message's way: submit → access → route → inbox → lanes → turn → reply.
#include "core/pipeline/pipeline.hpp"

#include <algorithm>
#include <thread>

#include "core/pipeline/access/ingress.hpp"
#include "core/pipeline/routing/configured_router.hpp"
#include "core/pipeline/turn/client_request.hpp"
#include "core/pipeline/turn/provider_chain.hpp"
#include "core/runtime/failpoint.hpp"

namespace openclaw::pipeline {

using runtime::Millis;

namespace {

constexpr char kQueueFull[] =
    "I am still busy with your earlier messages, so this one was not taken. Please send it again "
    "later.";

LaneOptions lane_options(const config::Queue& queue) {
  const auto cpus = std::max(1U, std::thread::hardware_concurrency());
  return {queue.mode, Millis(queue.debounce_ms), queue.cap, queue.drop,
          queue.concurrency != 0 ? queue.concurrency : std::min(16U, std::max(8U, cpus))};
}

/// What all turns together hold of attachments: several large ones, or a crowd of photographs.
constexpr std::uint64_t kMediaBytes = 64U << 20U;

/// How long a question over HTTP waits for its session, when another gateway answers in that.
constexpr Millis kAskElsewhere{60'000};

DeliveryOptions delivery_options(const config::Queue& queue, Millis send_retry) {
  DeliveryOptions options;
  options.first = send_retry;
  options.minimum = std::min(options.minimum, send_retry);
  options.resend_unknown = queue.resend_unknown;
  return options;
}

}  // namespace

Pipeline::Pipeline(const config::Config& config, Environment environment, std::uint64_t first_epoch)
    : config_(config),
      env_(std::move(environment)),
      alive_(std::make_shared<Pipeline*>(this)),
      pairing_(env_.random),
      sender_rate_(config.queue.sender_per_minute),
      router_(configured_router(config)),
      first_epoch_(first_epoch),
      lanes_(lane_options(config.queue), first_epoch),
      media_budget_(kMediaBytes),
      delivery_({env_.loop, env_.store, env_.log, [r = env_.random] { return r() / 4294967296.0; },
                 env_.unix_ms, env_.boot_ms, env_.observer.delivery,
                 delivery_options(config.queue, env_.send_retry), env_.store_retry,
                 env_.look_at_replies}),
      dead_letter_office_(
          {env_.store, env_.log, env_.unix_ms, std::int64_t{config.queue.reply_ttl_seconds} * 1000,
           [this] { mended(); }, [this](InboxRow row) { take_back(std::move(row)); },
           [this](std::uint64_t id, const OutboxEntry& entry) { delivery_.stored(id, entry); }}),
      values_(
          env_.store, env_.log, env_.store.shared() != nullptr,
          [this](const std::string& key, const std::string& value) { return restore(key, value); }),
      house_{env_.loop,    env_.store,       env_.log,
             cooldowns_,   providers_,       [r = env_.random] { return r() / 4294967296.0; },
             env_.unix_ms, env_.store_retry, [this] { pump_soon(); },
             media_budget_},
      waiting_indicators_(env_.loop) {
  delivery_.on_idle = [this] { note_drained(); };
  house_.prepare_replies = [this](auto& replies) { delivery_.prepare(replies); };
  house_.replies_not_stored = [this](const auto& replies) { delivery_.not_stored(replies); };
  if (env_.store.shared() == nullptr) return;
  collector_ = std::make_unique<Collector>(
      Collector::Environment{env_.loop, *env_.store.shared(), env_.log, [this] { return wanted(); },
                             [this](Collected got) { collected(std::move(got)); }});
}

Pipeline::~Pipeline() {
  *alive_ = nullptr;
  env_.loop.cancel(wake_);
}

void Pipeline::add_channel(ChannelPort& channel, AccessPolicy policy, AckSettings ack) {
  const std::string& instance = channel.traits().instance;
  channels_[instance] = {
      &channel, std::make_unique<Access>(std::move(policy), pairing_, sender_rate_, instance),
      std::make_unique<AckReaction>(std::move(ack), channel)};
  delivery_.add_channel(channel);
}

void Pipeline::channel_can_deliver(const std::string& instance) {
  delivery_.can_deliver(instance);
}

void Pipeline::add_provider(ProviderPort& provider) {
  providers_[provider.name()] = &provider;
  provider_order_.push_back(provider.name());
}

// ---- ingress, access, router, inbox ----

void Pipeline::submit(Inbound message, Done<Submitted> done) {
  const auto entry = channels_.find(message.instance);
  if (entry == channels_.end()) {
    done(Error{Errc::invalid, "no channel named " + message.instance});
    return;
  }
  if (draining_) {
    done(Error{Errc::again, "the gateway is stopping", 1000, true});
    return;
  }
  if (auto admitted = admit(message, IngressLimits{}); admitted.has_error()) {
    done(admitted.error());
    return;
  }
  const AccessRequest request{message.from.kind, message.from.sender_id, message.from.chat_id,
                              message.mentioned};
  const Decision decision =
      entry->second.access->decide(request, runtime::SteadyClock::now(), env_.unix_ms());
  if (decision.verdict != Verdict::allow) {
    refuse(message, decision);
    done(Submitted{Submitted::Outcome::refused, {}});
    return;
  }
  auto route = router_.route(message.from, place_of(message.extra_json));
  if (lanes_.would_refuse(route.session) && !parse_command(message.text)) {
    send_notices(message.instance, replies_to(message, kQueueFull));
    if (env_.observer.submitted) env_.observer.submitted(message.instance, "refused");
    done(Submitted{Submitted::Outcome::refused, route.session});
    return;
  }
  store_inbound(std::move(message), std::move(route), nullptr, {}, std::move(done));
}

void Pipeline::refuse(const Inbound& message, const Decision& decision) {
  // The ids are what an operator writes into allowFrom and groups.
  env_.log.info("access.refused", {{"channel", message.instance},
                                   {"reason", decision.reason},
                                   {"sender", message.from.sender_id},
                                   {"chat", message.from.chat_id}});
  if (env_.observer.submitted) env_.observer.submitted(message.instance, "refused");
  if (decision.tell_operator) {
    env_.log.warn("pairing.full",
                  {{"channel", message.instance},
                   {"hint",
                    "strangers get no code until a request is approved, revoked or ten minutes "
                    "old: openclaw pairing list, then approve or revoke"}});
  }
  if (decision.verdict == Verdict::pair && decision.first_notice) {
    send_pairing_code(message, decision.pairing_code);
  } else if (decision.verdict == Verdict::refuse_rate && decision.first_notice) {
    send_notices(message.instance,
                 replies_to(message,
                            "You are sending messages faster than I can take them. "
                            "Please wait a minute."));
  }
}

void Pipeline::ask(ApiQuestion question) {
  if (draining_) {
    question.listener->done(Error{Errc::again, "the gateway is stopping", 1000, true});
    return;
  }
  Inbound message;
  message.text = std::move(question.text);
  message.ts_ms = env_.unix_ms();
  message.extra_json = to_extra_json(
      {question.client_messages_json, question.client_parameters_json, question.instructions});
  auto listener = question.listener;
  if (lanes_.would_refuse(question.session, true)) {
    listener->done(Error{Errc::again, "the session's queue is full (queue.cap)", 1000, true});
    return;
  }
  store_inbound(std::move(message), {question.agent, question.session}, listener,
                runtime::SteadyClock::now() + kAskElsewhere, [listener](Result<Submitted> stored) {
                  if (stored.has_error()) listener->done(stored.error());
                });
}

void Pipeline::store_inbound(Inbound message, Router::Route route,
                             std::shared_ptr<AnswerListener> listener, runtime::TimePoint give_up,
                             Done<Submitted> done) {
  const bool solo = listener != nullptr;
  Ingest row;
  row.session = route.session;
  row.agent = route.agent;
  row.channel = message.instance;
  row.account = message.from.account;
  row.event_id = message.event_id;
  row.payload_json = to_json(message);
  row.received_ms = env_.unix_ms();
  const auto bytes = static_cast<std::uint32_t>(row.payload_json.size());
  auto command = listener == nullptr ? parse_command(message.text) : std::nullopt;
  if (collector_) {
    row.here = solo;  // its client is here
    row.leave = !solo && has_enough_for(route.session);
  }
  if (begun_ && !draining_ && !command && !row.leave) {
    row.epoch = lanes_.begin(route.session, {0, solo, bytes}).value_or(0);
  }
  const std::uint64_t claimed = row.epoch;
  const bool waits_here = collector_ && !row.leave && claimed == 0;
  if (waits_here) ++storing_here_[route.session];
  ++storing_;
  OPENCLAW_FAILPOINT_HERE("inbox.before_commit");
  env_.store.write(std::move(row), [alive = alive_, m = std::move(message), r = std::move(route),
                                    l = std::move(listener), c = std::move(command),
                                    epoch = claimed, waits_here, give_up, bytes,
                                    d = std::move(done)](const Result<Written>& written) mutable {
    if (!written.has_error()) OPENCLAW_FAILPOINT_HERE("inbox.after_commit");
    if (*alive != nullptr && waits_here) (*alive)->stored_here(r.session);
    if (*alive != nullptr) (*alive)->inbound_stored(written, r.session, l != nullptr, epoch);
    if (*alive != nullptr && (*alive)->is_elsewhere(written, l, give_up)) {
      (*alive)->ask_again(std::move(m), std::move(r), std::move(l), give_up, std::move(d));
      return;
    }
    if (written.has_error()) {
      Error error = written.error();
      // Which gateway holds the session is nothing to its client.
      if (l != nullptr && error.code == Errc::conflict)
        error = {Errc::again, "the conversation is busy; ask again", 1000};
      error.retryable = true;
      d(std::move(error));
      return;
    }
    if (*alive == nullptr) return;
    Pipeline& self = **alive;
    const std::string instance = m.instance.empty() ? "http" : m.instance;
    if (written->duplicate) {
      if (self.env_.observer.submitted) self.env_.observer.submitted(instance, "duplicate");
      d(Submitted{Submitted::Outcome::duplicate, r.session});
      return;
    }
    if (self.env_.observer.submitted) self.env_.observer.submitted(instance, "accepted");
    self.ledger_.accept();
    d(Submitted{Submitted::Outcome::accepted, r.session});
    if (written->elsewhere) {
      self.ledger_.hand_over();
      self.collector_->soon();
      return;
    }
    const bool alone = l != nullptr;
    WaitingMessage waiting{written->id,  r.agent, std::move(m),
                           std::move(l), 0,       self.env_.unix_ms()};
    if (c) {
      self.run_command(std::move(waiting), r.session, *c);
      return;
    }
    if (auto* ack = self.ack(waiting.message.instance)) {
      ack->accepted(waiting.message);
    }
    if (epoch != 0) {
      self.waiting_.emplace(written->id, std::move(waiting));
      self.start_turn(self.lanes_.begun(r.session, written->id));
    } else {
      self.enqueue(std::move(waiting), r.session, alone, bytes);
    }
  });
}

// ---- lanes ----

void Pipeline::enqueue(WaitingMessage message, const std::string& session, bool solo,
                       std::uint32_t bytes) {
  const std::uint64_t id = message.id;
  if (draining_ && message.listener != nullptr) {
    if (!abandoned_) return send_away(std::move(message), session);
    message.listener.reset();  // no time is left to end it: it is answered after the next start
  }
  const auto admitted = lanes_.enqueue(session, {id, solo, bytes}, runtime::SteadyClock::now());
  if (!admitted.accepted) {
    // It filled up while the message was being stored.
    dead_letter(std::move(message), session, "the session's queue was full (queue.cap)",
                admitted.tell_sender ? kQueueFull : "");
    return;
  }
  if (!draining_)
    waiting_indicators_.waits(session, id, channel(message.message.instance), message.message);
  waiting_.emplace(id, std::move(message));
  for (const std::uint64_t dropped : admitted.dropped) {
    auto node = waiting_.extract(dropped);
    if (node.empty()) continue;
    waiting_indicators_.take(session, dropped);
    dead_letter(std::move(node.mapped()), session, "the session's queue was full (queue.cap)",
                admitted.tell_sender ? "I am behind with your messages and had to skip some." : "");
  }
  if (admitted.interrupt) {
    if (const auto turn = turns_.find(session); turn != turns_.end()) turn->second->cancel();
  }
  pump();
}

void Pipeline::pump() {
  env_.loop.cancel(wake_);
  while (const auto session = lanes_.grant()) turns_.at(*session)->slot_granted();
  if (!begun_ || draining_) return;
  while (auto lane = lanes_.next(runtime::SteadyClock::now())) start_turn(std::move(*lane));
  if (const auto at = lanes_.wake_at()) {
    const auto wait = std::chrono::duration_cast<Millis>(*at - runtime::SteadyClock::now());
    wake_ = env_.loop.after(std::max(Millis{1}, wait + Millis{1}), [this] {
      wake_ = {};
      pump();
    });
  }
}

/// From within a turn, or where one is about to end: the present task comes first.
void Pipeline::pump_soon() {
  if (std::exchange(pump_posted_, true)) return;
  env_.loop.post([alive = alive_] {
    if (*alive == nullptr) return;
    (*alive)->pump_posted_ = false;
    (*alive)->pump();
  });
}

// ---- agent ----

const config::Agent& Pipeline::agent(const std::string& id) const {
  for (const auto& a : config_.agents) {
    if (a.id == id) return a;
  }
  return config_.agents.front();
}

std::vector<std::string> Pipeline::agents() const {
  std::vector<std::string> out;
  for (const auto& a : config_.agents) out.push_back(a.id);
  return out;
}

std::vector<ProviderRef> Pipeline::chain(const config::Agent& agent,
                                         const std::string& session) const {
  return provider_chain(agent, providers_, provider_order_, models_.of(session));
}

ChannelPort* Pipeline::channel(const std::string& instance) const {
  const auto it = channels_.find(instance);
  return it == channels_.end() ? nullptr : it->second.port;
}

AckReaction* Pipeline::ack(const std::string& instance) const {
  const auto it = channels_.find(instance);
  return it == channels_.end() ? nullptr : it->second.ack.get();
}

}  // namespace openclaw::pipeline
