// The Discord channel: puts its parts together and answers the host's calls.
#include "openclaw/cpp/plugin.hpp"
#include "openclaw/cpp/waiting_op.hpp"

#include <optional>
#include <random>

#include "api.hpp"
#include "attachment_address.hpp"
#include "config.hpp"
#include "gateway_link.hpp"
#include "interactions.hpp"
#include "openclaw/cpp/channel/channel_status.hpp"
#include "openclaw/cpp/channel/reactions.hpp"
#include "previewer.hpp"
#include "sender.hpp"

namespace openclaw::discord {

namespace {
constexpr std::uint32_t kTypingMs = 5'000;
constexpr std::uint32_t kReactMs = 5'000;
constexpr std::size_t kMaxTyping = 64;
}  // namespace

class Discord final : public sdk::Channel {
 public:
  static constexpr std::uint32_t kCaps =
      OC_CHANNEL_PARTIALS | OC_CHANNEL_TYPING | OC_CHANNEL_MEDIA | OC_CHANNEL_REACTIONS;
  /// enforce_nonce is checked against "the past few minutes" (Create Message), which names no
  /// number; this is less than any reading of it.
  static constexpr std::uint64_t kIdempotentMs = 60'000;

  Discord(sdk::Host& h, std::string_view name, std::string_view config_json)
      : Channel(h),
        config_(read_config(name, config_json)),
        api_(h, config_.api_root),
        previews_(h, kPreviewLimits, preview_platform(api_, h)),
        sender_(h, api_, config_.key_prefix,
                {[this](const std::string& reason) { status_.token_refused(reason); },
                 [this](const std::string& channel, const std::string& reason) {
                   status_.refused(channel, reason);
                 },
                 [this](const std::string& channel) { status_.sent(channel); },
                 [this](const std::string& turn) {
                   status_.token_works();
                   previews_.answered(turn);
                 }}),
        interactions_(h, api_, config_, std::random_device{}()),
        downloads_(h, "Discord", attachment_lookup(config_.api_root)),
        reactions_(h, [this](const sdk::Reaction& wish, const sdk::Reactions::Done& done) {
          return ask_to_react(wish, done);
        }) {
    api_.on_ended([this] { check_stopped(); });
    downloads_.on_ended([this] { check_stopped(); });
    interactions_.on_ended([this] {
      check_quiet();
      check_stopped();
    });
  }

  void start(oc_op op) override {
    start_.begin(op);
    interactions_.start();
    previews_.start();
    link_.emplace(host(), status_, api_, config_, std::random_device{}(),
                  GatewayLink::Events{
                      [this](const std::optional<sdk::Failure>& failure) { start_.end(failure); },
                      [this] {
                        receiving_ = false;
                        check_quiet();
                        check_stopped();
                      },
                      [this](bool held) { interactions_.hold(held); }});
    receiving_ = true;
    link_->start();
  }

  void quiesce(oc_op op) override {
    quiesce_.begin(op);
    interactions_.stop();
    previews_.quiesce();
    if (receiving_) link_->stop();
    host().post([this] { check_quiet(); });
  }

  void stop(oc_op op) override {
    stop_.begin(op);
    stopping_ = true;
    status_.stop();
    start_.end(sdk::Failure{OC_E_CANCELLED, "the channel was stopped", OC_EF_NOT_DONE});
    interactions_.stop();
    if (receiving_) {
      link_->stop();
      link_->abandon();
    }
    sender_.stop();
    reactions_.stop();
    previews_.stop();
    downloads_.stop();
    api_.cancel_all();
    host().post([this] { check_stopped(); });
  }

  void cancel(oc_op op) override {
    sender_.cancel(op);
    downloads_.cancel(op);
  }
  void send(oc_op op, const oc_message& message) override { sender_.send(op, message); }

  void partial(const oc_partial& partial) override {
    if (config_.streaming && may_preview(partial)) previews_.partial(partial);
  }

  void react(const oc_reaction& reaction) override { reactions_.react(reaction); }

  void fetch(oc_op op, const oc_attachment& attachment, std::uint64_t max_bytes) override {
    downloads_.fetch(op, attachment, max_bytes);
  }

  void typing(const oc_typing& typing) override {
    // It ends by itself after 10 s, or with the message. Worth no place in a rate limit's wait.
    if (typing.on == 0 || stopping_ || typing_ >= kMaxTyping) return;
    const auto request =
        typing_request(sdk::view(typing.thread_id.len == 0 ? typing.chat_id : typing.thread_id));
    if (!request) return;
    const auto wait = api_.call_aside(*request, kTypingMs, [this](const Answer& answer) {
      --typing_;
      if (answer.error) host().log(OC_LOG_DEBUG, "discord.typing_failed");
    });
    if (wait == 0) ++typing_;
  }

 private:
  std::uint32_t ask_to_react(const sdk::Reaction& wish, const sdk::Reactions::Done& done) {
    const auto request = reaction_request(wish.thread.empty() ? wish.chat : wish.thread,
                                          wish.message, wish.emoji, wish.on);
    if (!request) return sdk::Reactions::kNever;
    const auto answered = [this, done](const Answer& answer) {
      if (!answer.error) return done({});
      host().log(OC_LOG_DEBUG, "discord.reaction_failed");
      const std::uint32_t status = answer.error->status;
      done({status == 0 || status == 429 || status >= 500,
            static_cast<std::uint32_t>(answer.error->retry_after_ms)});
    };
    // One that is to appear and cannot go now is left out; one that is to go comes back for it.
    return wish.on ? api_.call_aside(*request, kReactMs, answered)
                   : api_.call(*request, kReactMs, answered);
  }

  void check_quiet() {
    if (!receiving_ && interactions_.idle()) quiesce_.end();
  }

  void check_stopped() {
    if (!receiving_ && interactions_.idle() && api_.under_way() == 0 && downloads_.idle()) {
      stop_.end();
    }
  }

  const Config config_;
  sdk::ChannelStatus status_{host()};
  Api api_;
  sdk::Previews previews_;
  Sender sender_;
  Interactions interactions_;
  sdk::Downloads downloads_;
  sdk::Reactions reactions_;
  std::optional<GatewayLink> link_;
  sdk::WaitingOp start_{host()}, quiesce_{host()}, stop_{host()};
  bool receiving_ = false, stopping_ = false;
  std::size_t typing_ = 0;
};

}  // namespace openclaw::discord

OPENCLAW_PLUGIN(openclaw::discord::Discord, openclaw::sdk::ChannelSlots<openclaw::discord::Discord>,
                OC_PF_EXCLUSIVE)
