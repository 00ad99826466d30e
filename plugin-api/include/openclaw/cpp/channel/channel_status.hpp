// A channel's state as the host is told it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "openclaw/cpp/channel/closed_chats.hpp"
#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

/// Connected or not is what the connection says. A connected channel that lately was refused in
/// some chat for want of a permission is degraded, and says which and why. The host is told each
/// change once. [strand]
class ChannelStatus {
 public:
  explicit ChannelStatus(Host& host) : host_(host) {}
  ChannelStatus(const ChannelStatus&) = delete;
  ChannelStatus& operator=(const ChannelStatus&) = delete;
  ~ChannelStatus() { stop(); }

  /// OC_STATE_*, of the connection.
  void set(std::uint32_t state, std::string reason = {});
  /// At a send, whatever the connection says: the channel has failed until token_works().
  void token_refused(const std::string& reason);
  /// The platform has just let the token in.
  void token_works();
  /// A send was refused in this chat, and only its administrators can change that.
  void refused(const std::string& chat, const std::string& why);
  void sent(const std::string& chat);
  /// Nothing is said any more.
  void stop();

 private:
  struct State {
    std::uint32_t state;
    std::string reason;
    bool operator==(const State&) const = default;
  };
  void tell();

  Host& host_;
  std::optional<State> connection_, told_;
  std::optional<std::string> token_refused_;
  ClosedChats closed_;
  oc_op timer_ = 0;
  bool stopped_ = false;
};

}  // namespace openclaw::sdk
