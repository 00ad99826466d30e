// The Discord channel: puts its parts together and answers the host's calls.
#include "openclaw/cpp/plugin.hpp"
#include "openclaw/cpp/waiting_op.hpp"

#include <optional>
#include <random>

#include "api.hpp"
#include "config.hpp"
#include "interactions.hpp"
#include "receiver.hpp"
#include "sender.hpp"

namespace openclaw::discord {

namespace {
constexpr std::uint32_t kTypingMs = 5'000;
constexpr std::size_t kMaxTyping = 64;
}  // namespace

class Discord final : public sdk::Channel {
 public:
  static constexpr std::uint32_t kCaps = OC_CHANNEL_IDEMPOTENT | OC_CHANNEL_TYPING;

  Discord(sdk::Host& h, std::string_view name, std::string_view config_json)
      : Channel(h),
        config_(read_config(name, config_json)),
        api_(h, config_.api_root),
        sender_(h, api_, config_.key_prefix,
                [this](const std::string& reason) {
                  host().status(OC_STATE_FAILED, reason);
                  host().evidence(OC_EVIDENCE_SEND_LOST);
                }),
        interactions_(h, api_, config_, std::random_device{}()) {
    api_.on_ended([this] { check_stopped(); });
    interactions_.on_ended([this] {
      check_quiet();
      check_stopped();
    });
  }

  void start(oc_op op) override {
    start_.begin(op);
    interactions_.start();
    receiver_.emplace(host(), api_, config_, std::random_device{}(),
                      Receiver::Events{[this](const std::optional<sdk::Failure>& failure) {
                                         start_.end(failure);
                                       },
                                       [this] {
                                         receiving_ = false;
                                         check_quiet();
                                         check_stopped();
                                       }});
    receiving_ = true;
    receiver_->start();
  }

  void quiesce(oc_op op) override {
    quiesce_.begin(op);
    interactions_.stop();
    if (receiving_) receiver_->stop();
    host().post([this] { check_quiet(); });
  }

  void stop(oc_op op) override {
    stop_.begin(op);
    stopping_ = true;
    start_.end(sdk::Failure{OC_E_CANCELLED, "the channel was stopped", OC_EF_NOT_DONE});
    interactions_.stop();
    if (receiving_) {
      receiver_->stop();
      receiver_->abandon();
    }
    sender_.stop();
    api_.cancel_all();
    host().post([this] { check_stopped(); });
  }

  void cancel(oc_op op) override { sender_.cancel(op); }
  void send(oc_op op, const oc_message& message) override { sender_.send(op, message); }

  void typing(std::string_view chat, std::string_view thread, bool on) override {
    // It ends by itself after 10 s, or with the message. Worth no place in a rate limit's wait.
    if (!on || stopping_ || typing_ >= kMaxTyping) return;
    const auto request = typing_request(thread.empty() ? chat : thread);
    if (!request) return;
    const auto wait = api_.call(*request, kTypingMs, [this](const Answer& answer) {
      --typing_;
      if (answer.error) host().log(OC_LOG_DEBUG, "discord.typing_failed");
    });
    if (wait == 0) ++typing_;
  }

 private:
  void check_quiet() {
    if (!receiving_ && interactions_.idle()) quiesce_.end();
  }

  void check_stopped() {
    if (!receiving_ && interactions_.idle() && api_.under_way() == 0) stop_.end();
  }

  const Config config_;
  Api api_;
  Sender sender_;
  Interactions interactions_;
  std::optional<Receiver> receiver_;
  sdk::WaitingOp start_{host()}, quiesce_{host()}, stop_{host()};
  bool receiving_ = false, stopping_ = false;
  std::size_t typing_ = 0;
};

}  // namespace openclaw::discord

OPENCLAW_PLUGIN(openclaw::discord::Discord, openclaw::sdk::ChannelSlots<openclaw::discord::Discord>,
                OC_PF_EXCLUSIVE)
