// The WhatsApp channel: puts its parts together and answers the host's calls.
#include "openclaw/cpp/plugin.hpp"
#include "openclaw/cpp/waiting_op.hpp"

#include <algorithm>
#include <optional>
#include <random>

#include "api.hpp"
#include "config.hpp"
#include "media_lookup.hpp"
#include "number_check.hpp"
#include "openclaw/cpp/channel/reactions.hpp"
#include "receipt_watch.hpp"
#include "receiver.hpp"
#include "recent_chats.hpp"
#include "requests.hpp"
#include "sender.hpp"
#include "standing.hpp"

namespace openclaw::whatsapp {

namespace {
constexpr std::uint32_t kTypingMs = 10'000;
constexpr std::uint32_t kReactMs = 10'000;
constexpr std::size_t kMaxTyping = 64;
/// Of several gateways each waits for ReceiptWatch::kWaitMs: so often it needs to know.
constexpr std::int64_t kTellHeardEveryMs = 10'000;
constexpr std::string_view kHeardTopic = "webhook";
}  // namespace

class WhatsApp final : public sdk::Channel {
 public:
  static constexpr std::uint32_t kCaps =
      OC_CHANNEL_TYPING | OC_CHANNEL_MEDIA | OC_CHANNEL_REACTIONS;

  WhatsApp(sdk::Host& h, std::string_view name, std::string_view config_json)
      : Channel(h),
        config_(read_config(name, config_json)),
        standing_(config_),
        api_(h, config_.api_root),
        check_(h, api_, config_, std::random_device{}(),
               {[this] { number_works(); },
                [this](const std::string& reason) {
                  standing_.unreachable(reason);
                  tell();
                  start_.end();
                },
                [this](const std::string& reason) { number_refused(reason); }}),
        receiver_(h, config_,
                  {[this] {
                     heard();
                     tell_heard();
                     check_.hurry();
                   },
                   [this](const Incoming& incoming) {
                     chats_.heard(incoming.chat_id, {incoming.wamid, incoming.phone_number_id},
                                  incoming.ts_ms);
                   },
                   [this] {
                     receiving_ = false;
                     quiesce_.end();
                     check_stopped();
                   }}),
        sender_(h, api_, config_.key_prefix,
                {[this](const std::string& chat) { return number_for(chat); },
                 [this](const std::string& number, std::int64_t asked_ms) {
                   if (config_.has_app_secret) receipts_.accepted(asked_ms, host().now_ms());
                   standing_.sent(number);
                   tell();
                   watch();
                 },
                 [this](const std::string& number, const SendError& error) {
                   send_failed(number, error);
                 }}),
        downloads_(h, "WhatsApp", media_lookup(api_, config_.api_root, config_.key_prefix)),
        reactions_(h, [this](const sdk::Reaction& wish, const sdk::Reactions::Done& done) {
          return ask_to_react(wish, done);
        }) {
    api_.on_ended([this] { check_stopped(); });
    downloads_.on_ended([this] { check_stopped(); });
  }

  void start(oc_op op) override {
    start_.begin(op);
    if (auto failure = receiver_.start()) {
      standing_.refused(failure->message);
      tell();
      host().post([this, f = std::move(*failure)] { start_.end(f); });
      return;
    }
    receiving_ = true;
    tell();
    host().listen([this](std::string_view topic, std::string_view) {
      if (topic == kHeardTopic && !stopping_) heard();
    });
    if (!config_.phone_number_id.empty()) return check_.start();
    host().post([this] { start_.end(); });
  }

  void quiesce(oc_op op) override {
    if (!receiving_) return host().post([this, op] { host().complete(op); });
    quiesce_.begin(op);
    receiver_.stop();
  }

  void stop(oc_op op) override {
    stop_.begin(op);
    stopping_ = true;
    start_.end(sdk::Failure{OC_E_CANCELLED, "the channel was stopped", OC_EF_NOT_DONE});
    if (receiving_) receiver_.stop();
    check_.stop();
    sender_.stop();
    reactions_.stop();
    downloads_.stop();
    host().cancel(std::exchange(watch_timer_, 0));
    api_.cancel_all();
    host().post([this] { check_stopped(); });
  }

  void cancel(oc_op op) override {
    sender_.cancel(op);
    downloads_.cancel(op);
  }
  void send(oc_op op, const oc_message& message) override { sender_.send(op, message); }

  void fetch(oc_op op, const oc_attachment& attachment, std::uint64_t max_bytes) override {
    downloads_.fetch(op, attachment, max_bytes);
  }
  void react(const oc_reaction& reaction) override { reactions_.react(reaction); }

  void typing(const oc_typing& typing) override {
    // It ends by itself after 25 s, or with the message. Nobody is worse off when it fails.
    if (typing.on == 0 || stopping_ || typing_ >= kMaxTyping || has_failed()) return;
    const std::string chat = sdk::copy(typing.chat_id);
    const Heard* last = chats_.find(chat);
    if (last == nullptr) return;
    const std::string number = number_of(sdk::view(typing.extra_json), *last);
    // The newest message may have come to another number, which alone may mark it as read.
    if (number != last->phone_number_id || !is_number_id(number) || sender_.held({number, chat})) {
      return;
    }
    const auto shown = chats_.begin_typing(chat, host().now_ms());
    if (!shown) return;
    ++typing_;
    api_.messages(number, typing_body(shown->wamid), kTypingMs, [this](const Answer& answer) {
      --typing_;
      if (answer.error) host().log(OC_LOG_DEBUG, "whatsapp.typing_failed");
    });
  }

 private:
  /// A reaction is a message: it comes from the number that was written to, and counts as one.
  std::uint32_t ask_to_react(const sdk::Reaction& wish, const sdk::Reactions::Done& done) {
    Pair pair{number_in(wish.extra_json), wish.chat};
    if (pair.number.empty()) {
      const Heard* last = chats_.find(wish.chat);
      pair.number = last == nullptr ? config_.phone_number_id : last->phone_number_id;
    }
    auto body = reaction_body(wish.chat, wish.message, wish.on ? wish.emoji : "");
    if (!body || !is_number_id(pair.number) || has_failed()) return sdk::Reactions::kNever;
    if (const auto ms = sender_.spend(pair)) return ms;
    api_.messages(pair.number, std::move(*body), kReactMs,
                  [this, done, pair](const Answer& answer) {
                    if (!answer.error) return done({});
                    host().log(OC_LOG_DEBUG, "whatsapp.reaction_failed");
                    // A second one would say the same, so what may have been done is asked again.
                    const sdk::Failure failure = sender_.spent_in_vain(pair, *answer.error);
                    const bool passes = failure.code == OC_E_NET || failure.code == OC_E_RATE ||
                                        failure.code == OC_E_DEADLINE || failure.code == OC_E_AGAIN;
                    done({passes, failure.retry_after_ms});
                  });
    return 0;
  }

  /// The number that a message came to. Without a word of it, the one that was written to last.
  static std::string number_of(std::string_view extra_json, const Heard& last) {
    std::string number = number_in(extra_json);
    return number.empty() ? last.phone_number_id : number;
  }

  void heard() {
    receipts_.heard(host().now_ms());
    standing_.webhook_verified();
    tell();
  }

  /// Receipts come to any gateway: that none came to the one that sent says nothing.
  void tell_heard() {
    const std::int64_t now = host().now_ms();
    if (host().others() == 0 || (told_heard_ms_ && now - *told_heard_ms_ < kTellHeardEveryMs)) {
      return;
    }
    told_heard_ms_ = now;
    host().tell(kHeardTopic, {});
  }

  /// Looks again when the receipts are overdue.
  void watch() {
    const auto due = receipts_.due_ms();
    if (!due || watch_timer_ != 0 || stopping_) return;
    const auto in_ms = std::max<std::int64_t>(1, *due - host().now_ms());
    watch_timer_ = host().after(static_cast<std::uint64_t>(in_ms), [this] {
      watch_timer_ = 0;
      if (!receipts_.find_lost(host().now_ms())) return watch();
      host().evidence(OC_EVIDENCE_RECEIVE_LOST);
      standing_.nothing_comes();
      tell();
    });
  }

  [[nodiscard]] bool has_failed() const { return told_ && told_->state == OC_STATE_FAILED; }

  void number_works() {
    standing_.reachable();
    standing_.number_answered();
    tell();
    start_.end();
  }

  void number_refused(const std::string& reason) {
    fail(reason);
    start_.end(sdk::Failure{OC_E_AUTH, reason, OC_EF_NOT_DONE});
  }

  void send_failed(const std::string& number, const SendError& error) {
    if (error.token_refused) return fail(error.failure.message);
    if (!error.needs_operator) return;
    standing_.needs_operator(number, error.failure.message);
    tell();
  }

  /// What people write is still stored; it is answered with the next token.
  void fail(const std::string& reason) {
    host().evidence(OC_EVIDENCE_SEND_LOST);
    standing_.refused(reason);
    tell();
  }

  void tell() {
    State now = standing_.state();
    if (told_ && *told_ == now) return;
    host().status(now.state, now.reason);
    told_ = std::move(now);
  }

  std::string number_for(const std::string& chat) const {
    if (!config_.phone_number_id.empty()) return config_.phone_number_id;
    const Heard* last = chats_.find(chat);
    return last == nullptr ? std::string{} : last->phone_number_id;
  }

  void check_stopped() {
    if (!receiving_ && api_.under_way() == 0 && downloads_.idle()) stop_.end();
  }

  const Config config_;
  Standing standing_;
  RecentChats chats_;
  Api api_;
  NumberCheck check_;
  Receiver receiver_;
  Sender sender_;
  ReceiptWatch receipts_;
  sdk::Downloads downloads_;
  sdk::Reactions reactions_;
  std::optional<State> told_;
  std::optional<std::int64_t> told_heard_ms_;
  sdk::WaitingOp start_{host()}, quiesce_{host()}, stop_{host()};
  bool receiving_ = false, stopping_ = false;
  oc_op watch_timer_ = 0;
  std::size_t typing_ = 0;
};

}  // namespace openclaw::whatsapp

OPENCLAW_PLUGIN(openclaw::whatsapp::WhatsApp,
                openclaw::sdk::ChannelSlots<openclaw::whatsapp::WhatsApp>, 0)
