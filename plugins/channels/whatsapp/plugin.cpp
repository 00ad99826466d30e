// The WhatsApp channel: puts its parts together and answers the host's calls.
#include "openclaw/cpp/plugin.hpp"
#include "openclaw/cpp/waiting_op.hpp"

#include <optional>
#include <random>

#include "api.hpp"
#include "config.hpp"
#include "media_fetcher.hpp"
#include "number_check.hpp"
#include "openclaw/cpp/channel/reactions.hpp"
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
                     standing_.webhook_verified();
                     tell();
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
                 [this] {
                   standing_.sent();
                   tell();
                 },
                 [this](const SendError& error) { send_failed(error); }}),
        media_(h, api_, config_.api_root, config_.key_prefix),
        reactions_(h, [this](const sdk::Reaction& wish, const sdk::Reactions::Done& done) {
          return ask_to_react(wish, done);
        }) {
    api_.on_ended([this] { check_stopped(); });
    media_.on_ended([this] { check_stopped(); });
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
    media_.stop();
    api_.cancel_all();
    host().post([this] { check_stopped(); });
  }

  void cancel(oc_op op) override {
    sender_.cancel(op);
    media_.cancel(op);
  }
  void send(oc_op op, const oc_message& message) override { sender_.send(op, message); }

  void fetch(oc_op op, const oc_attachment& attachment, std::uint64_t max_bytes) override {
    media_.fetch(op, attachment, max_bytes);
  }
  void react(const oc_reaction& reaction) override { reactions_.react(reaction); }

  void typing(std::string_view chat, std::string_view /*thread*/, bool on) override {
    // It ends by itself after 25 s, or with the message. Nobody is worse off when it fails.
    if (!on || stopping_ || typing_ >= kMaxTyping || has_failed()) return;
    const std::string id(chat);
    const Heard* last = chats_.find(id);
    if (last == nullptr || !is_number_id(last->phone_number_id) ||
        sender_.held({last->phone_number_id, id})) {
      return;
    }
    const auto shown = chats_.begin_typing(id, host().now_ms());
    if (!shown) return;
    ++typing_;
    api_.messages(shown->phone_number_id, typing_body(shown->wamid), kTypingMs,
                  [this](const Answer& answer) {
                    --typing_;
                    if (answer.error) host().log(OC_LOG_DEBUG, "whatsapp.typing_failed");
                  });
  }

 private:
  /// A reaction is a message: it comes from the number that was written to, and counts as one.
  std::uint32_t ask_to_react(const sdk::Reaction& wish, const sdk::Reactions::Done& done) {
    const Heard* last = chats_.find(wish.chat);
    const Pair pair{last == nullptr ? config_.phone_number_id : last->phone_number_id, wish.chat};
    auto body = reaction_body(wish.chat, wish.message, wish.on ? wish.emoji : "");
    if (!body || !is_number_id(pair.number) || has_failed()) return sdk::Reactions::kNever;
    if (const auto ms = sender_.spend(pair)) return ms;
    api_.messages(pair.number, std::move(*body), kReactMs, [this, done](const Answer& answer) {
      if (answer.error) host().log(OC_LOG_DEBUG, "whatsapp.reaction_failed");
      done();
    });
    return 0;
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

  void send_failed(const SendError& error) {
    if (error.token_refused) return fail(error.failure.message);
    if (!error.needs_operator) return;
    host().evidence(OC_EVIDENCE_SEND_LOST);
    standing_.needs_operator(error.failure.message);
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
    if (!receiving_ && api_.under_way() == 0 && media_.idle()) stop_.end();
  }

  const Config config_;
  Standing standing_;
  RecentChats chats_;
  Api api_;
  NumberCheck check_;
  Receiver receiver_;
  Sender sender_;
  MediaFetcher media_;
  sdk::Reactions reactions_;
  std::optional<State> told_;
  sdk::WaitingOp start_{host()}, quiesce_{host()}, stop_{host()};
  bool receiving_ = false, stopping_ = false;
  std::size_t typing_ = 0;
};

}  // namespace openclaw::whatsapp

OPENCLAW_PLUGIN(openclaw::whatsapp::WhatsApp,
                openclaw::sdk::ChannelSlots<openclaw::whatsapp::WhatsApp>, 0)
