// The Telegram channel: puts its parts together and answers the host's calls.
#include <optional>
#include <random>

#include "api.hpp"
#include "config.hpp"
#include "draft_stream.hpp"
#include "file_lookup.hpp"
#include "openclaw/cpp/channel/channel_status.hpp"
#include "openclaw/cpp/plugin.hpp"
#include "openclaw/cpp/waiting_op.hpp"
#include "poll_loop.hpp"
#include "previewer.hpp"
#include "reactor.hpp"
#include "sender.hpp"
#include "webhook.hpp"

namespace openclaw::telegram {

namespace {
constexpr std::uint32_t kTypingMs = 5'000;
constexpr std::size_t kMaxTyping = 64;
}  // namespace

class Telegram final : public sdk::Channel {
 public:
  static constexpr std::uint32_t kCaps =
      OC_CHANNEL_PARTIALS | OC_CHANNEL_TYPING | OC_CHANNEL_MEDIA | OC_CHANNEL_REACTIONS;

  Telegram(sdk::Host& h, std::string_view name, std::string_view config_json)
      : Channel(h),
        config_(read_config(name, config_json)),
        api_(h, config_.api_root),
        drafts_(h, api_),
        sender_(h, api_, config_.key_prefix,
                {[this](const std::string& turn) { return drafts_.end(turn); },
                 [this](const std::string& reason) { status_.token_refused(reason); },
                 [this](const std::string& place, const std::string& reason) {
                   status_.refused(place, reason);
                 },
                 [this](const Target& target, const std::string& turn) {
                   status_.token_works();
                   status_.sent(target.chat_id);
                   status_.sent(topic_of(target));
                   previews_.answered(turn);
                 }}),
        previews_(h, kPreviewLimits, preview_platform(h, api_, sender_)),
        downloads_(h, "Telegram", file_lookup(api_, config_.api_root, config_.key_prefix)),
        reactor_(h, api_, sender_) {
    api_.on_ended([this] { check_stopped(); });
    downloads_.on_ended([this] { check_stopped(); });
  }

  void start(oc_op op) override {
    start_.begin(op);
    sender_.start();
    previews_.start();
    const ReceiverEvents events{
        [this](const std::optional<sdk::Failure>& failure) { start_.end(failure); },
        [this] {
          receiving_ = false;
          quiesce_.end();
          check_stopped();
        }};
    const std::uint64_t seed = std::random_device{}();
    if (config_.webhook) {
      receiver_ = std::make_unique<WebhookReceiver>(host(), status_, api_, config_, seed, events);
    } else {
      receiver_ =
          std::make_unique<PollLoop>(host(), status_, api_, config_.key_prefix, seed, events);
    }
    receiving_ = true;
    receiver_->start();
  }

  void quiesce(oc_op op) override {
    previews_.quiesce();
    if (!receiving_) return complete_later(op);
    quiesce_.begin(op);
    receiver_->stop();
  }

  void stop(oc_op op) override {
    stop_.begin(op);
    stopping_ = true;
    status_.stop();
    start_.end(sdk::Failure{OC_E_CANCELLED, "the channel was stopped", OC_EF_NOT_DONE});
    if (receiving_) receiver_->stop();
    sender_.stop();
    drafts_.stop();
    previews_.stop();
    reactor_.stop();
    downloads_.stop();
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
  void react(const oc_reaction& reaction) override { reactor_.react(reaction); }
  void partial(const oc_partial& partial) override {
    if (stopping_ || !config_.streaming) return;
    if (is_private(sdk::view(partial.chat_id))) {
      drafts_.partial(partial);
    } else {
      previews_.partial(partial);
    }
  }

  void typing(const oc_typing& typing) override {
    // It ends by itself after 5 s, or with the message. Worth no place in a rate limit's wait.
    if (typing.on == 0 || stopping_ || typing_ >= kMaxTyping) return;
    const Target target{sender_.current_chat(sdk::view(typing.chat_id)),
                        sdk::copy(typing.thread_id)};
    auto body = typing_body(target);
    if (!body || sender_.held_ms(target.chat_id) != 0 || host().now_ms() < no_typing_until_ms_) {
      return;
    }
    ++typing_;
    api_.call("sendChatAction", std::move(*body), kTypingMs, [this](const Answer& answer) {
      --typing_;
      if (!answer.error) return;
      host().log(OC_LOG_DEBUG, "telegram.typing_failed");
      no_typing_until_ms_ = host().now_ms() + std::int64_t{answer.error->retry_after_s} * 1000;
    });
  }

 private:
  void complete_later(oc_op op) {
    host().post([this, op] { host().complete(op); });
  }

  void check_stopped() {
    if (!receiving_ && api_.under_way() == 0 && downloads_.idle()) stop_.end();
  }

  const Config config_;
  sdk::ChannelStatus status_{host()};
  Api api_;
  DraftStream drafts_;
  Sender sender_;
  sdk::Previews previews_;
  sdk::Downloads downloads_;
  Reactor reactor_;
  std::unique_ptr<Receiver> receiver_;
  sdk::WaitingOp start_{host()}, quiesce_{host()}, stop_{host()};
  bool receiving_ = false, stopping_ = false;
  std::size_t typing_ = 0;
  std::int64_t no_typing_until_ms_ = 0;
};

}  // namespace openclaw::telegram

OPENCLAW_PLUGIN(openclaw::telegram::Telegram,
                openclaw::sdk::ChannelSlots<openclaw::telegram::Telegram>, OC_PF_EXCLUSIVE)
