// The IRC channel: answers the host's calls with the link's help.
#include <optional>
#include <random>
#include <utility>

#include "config.hpp"
#include "link.hpp"
#include "openclaw/cpp/plugin.hpp"
#include "openclaw/cpp/waiting_op.hpp"

namespace openclaw::irc {

class Irc final : public sdk::Channel {
 public:
  Irc(sdk::Host& h, std::string_view name, std::string_view config_json)
      : Channel(h),
        config_(read_config(name, config_json)),
        link_(h, config_, std::random_device{}(),
              {[this](const std::optional<sdk::Failure>& failure) { start_.end(failure); },
               [this] { quiesce_.end(); }, [this] { stop_.end(); }}) {}

  void start(oc_op op) override {
    start_.begin(op);
    if (!config_.encrypted && (!config_.sasl_user.empty() || config_.has_server_password)) {
      host().log(OC_LOG_WARN, "irc.password_in_the_clear",
                 R"({"remedy":"use ircs:// unless the server is on this machine"})");
    }
    link_.start();
  }

  void quiesce(oc_op op) override {
    link_.quiesce();
    if (!link_.taking()) return complete_later(op);
    quiesce_.begin(op);
  }

  void stop(oc_op op) override {
    start_.end(sdk::Failure{OC_E_CANCELLED, "the channel was stopped", OC_EF_NOT_DONE});
    link_.stop();
    quiesce_.end();
    if (!link_.busy()) return complete_later(op);
    stop_.begin(op);
  }

  void cancel(oc_op op) override { link_.cancel(op); }
  void send(oc_op op, const oc_message& message) override { link_.send(op, message); }

 private:
  void complete_later(oc_op op) {
    host().post([this, op] { host().complete(op); });
  }

  const Config config_;
  sdk::WaitingOp start_{host()}, quiesce_{host()}, stop_{host()};
  Link link_;
};

}  // namespace openclaw::irc

OPENCLAW_PLUGIN(openclaw::irc::Irc, openclaw::sdk::ChannelSlots<openclaw::irc::Irc>,
                OC_PF_EXCLUSIVE)
