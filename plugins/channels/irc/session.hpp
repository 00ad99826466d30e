// One IRC session, over its connections: decides what to send and when to connect, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config.hpp"
#include "isupport.hpp"
#include "line.hpp"
#include "openclaw/cpp/channel/backoff.hpp"
#include "openclaw/host/status.h"
#include "out.hpp"
#include "registration.hpp"
#include "rooms.hpp"

namespace openclaw::irc {

struct Step {
  enum class Link { keep, connect, close };
  Outs lines;              ///< to send, before
  Link link = Link::keep;  ///< what to do with the connection
};

struct Health {
  std::uint32_t state = OC_STATE_CONNECTING;
  std::string reason;
  bool operator==(const Health& other) const {
    return state == other.state && reason == other.reason;
  }
};

class Session {
 public:
  Session(const Config& config, std::uint64_t seed);

  Step start();
  Step opened(std::int64_t now_ms);
  Step received(const Line& line, std::int64_t now_ms);
  /// To be called at next_ms().
  Step tick(std::int64_t now_ms);
  /// The connection is over, or never stood; `why` in the transport's words.
  void closed(const std::string& why, std::int64_t now_ms);
  /// Why there is no connection here until start().
  enum class Standby {
    elsewhere,    ///< another gateway has it
    unreachable,  ///< another gateway may have it, as this one does not get through
    ending        ///< the gateway ends, and another has it
  };
  Step rest(Standby why = Standby::elsewhere);
  Step stop();
  [[nodiscard]] std::optional<std::int64_t> next_ms() const;

  /// Welcomed, so that messages may be sent.
  [[nodiscard]] bool ready() const { return phase_ == Phase::ready; }
  [[nodiscard]] bool resting() const { return phase_ == Phase::resting; }
  [[nodiscard]] bool failed_for_good() const { return phase_ == Phase::failed; }
  [[nodiscard]] Health health() const;
  [[nodiscard]] const std::string& nick() const { return nick_; }
  [[nodiscard]] const ISupport& server() const { return server_; }
  [[nodiscard]] bool has(const std::string& capability) const {
    return registration_.has(capability);
  }
  /// Bytes of text in one PRIVMSG to `target`, as others receive it with our mask before it.
  [[nodiscard]] std::size_t text_budget(std::string_view target) const;
  /// One of our rooms that we are not in.
  [[nodiscard]] bool away_from(std::string_view room) const {
    return rooms_.away_from(room, server_);
  }
  /// In how many milliseconds it makes sense to try a send again while not ready().
  [[nodiscard]] std::int64_t ready_in_ms(std::int64_t now_ms) const;

  static constexpr std::int64_t kRegisterMs = 60'000;
  static constexpr std::int64_t kQuietMs = 60'000;  ///< then we ask whether it is still there
  static constexpr std::int64_t kPongMs = 30'000;
  /// The nick may be that of a gateway that ends, and is free soon; then it is asked for seldom.
  static constexpr std::uint64_t kFirstRegainMs = 5'000, kRegainMs = 60'000;
  static constexpr std::int64_t kStableMs = 60'000;  ///< connected so long, the pause starts anew

 private:
  enum class Phase {
    idle,
    resting,
    waiting,
    connecting,
    registering,
    ready,
    leaving,
    failed,
    stopped
  };
  Step leave(const std::string& why);
  void welcome(std::int64_t now_ms);
  void ready_line(const Line& line, Step& step, std::int64_t now_ms);
  void nick_changed(const Line& line, Step& step, std::int64_t now_ms);
  void regain(Step& step, std::int64_t now_ms);
  void add_due(Step& step, std::int64_t now_ms);
  [[nodiscard]] std::string wanted_nick() const;
  [[nodiscard]] bool is_me(std::string_view nick) const { return server_.same(nick, nick_); }

  const Config& config_;
  Registration registration_;
  Rooms rooms_;
  sdk::Backoff backoff_, regain_backoff_;
  ISupport server_;
  Phase phase_ = Phase::idle;
  std::string nick_;
  std::string mask_;    ///< user@host as the server shows us, once it has
  std::string reason_;  ///< of the last end
  Standby standby_ = Standby::elsewhere;
  std::string trouble_;  ///< Standby::unreachable: what was wrong
  std::string ending_;   ///< why this connection will end, when that is known before it does
  std::int64_t deadline_ms_ = 0;  ///< waiting, registering
  std::int64_t heard_ms_ = 0, welcomed_ms_ = 0, regain_ms_ = 0;
  bool asked_ = false;  ///< our PING is not answered yet
  bool bot_mode_set_ = false;
};

}  // namespace openclaw::irc
