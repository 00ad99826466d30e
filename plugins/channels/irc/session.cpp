// The session's life: connecting, registering, ready, lost, and again.
#include "session.hpp"

#include <algorithm>

namespace openclaw::irc {

namespace {
constexpr std::uint64_t kFirstReconnectMs = 5'000;
constexpr std::uint64_t kLongestReconnectMs = 300'000;
/// What a server may show of us when it has not yet: RFC 1459's longest, with a "~" before the
/// user.
constexpr std::size_t kLongestHost = 63;
}  // namespace

Session::Session(const Config& config, std::uint64_t seed)
    : config_(config),
      registration_(config),
      rooms_(config.rooms, seed + 1),
      backoff_(kFirstReconnectMs, kLongestReconnectMs, seed),
      regain_backoff_(kFirstRegainMs, kRegainMs, seed + 2),
      nick_(config.nick) {}

Step Session::start() {
  if (phase_ == Phase::resting) reason_.clear();
  phase_ = Phase::connecting;
  ending_.clear();
  return {{}, Step::Link::connect};
}

Step Session::opened(std::int64_t now_ms) {
  if (phase_ != Phase::connecting) return {{}, Step::Link::close};
  phase_ = Phase::registering;
  deadline_ms_ = now_ms + kRegisterMs;
  server_ = ISupport{};
  mask_.clear();
  bot_mode_set_ = false;
  heard_ms_ = now_ms;
  asked_ = false;
  return {registration_.begin(), Step::Link::keep};
}

Step Session::leave(const std::string& why) {
  ending_ = reason_ = why;
  const bool talked = phase_ == Phase::registering || phase_ == Phase::ready;
  phase_ = Phase::leaving;
  return {talked ? Outs{{"QUIT"}} : Outs{}, Step::Link::close};
}

Step Session::received(const Line& line, std::int64_t now_ms) {
  Step step;
  if (phase_ != Phase::registering && phase_ != Phase::ready) return step;
  heard_ms_ = now_ms;
  asked_ = false;
  if (line.command == "PING") {
    step.lines.push_back({"PONG :" + line.last()});
    return step;
  }
  if (line.command == "ERROR" && phase_ == Phase::registering) registration_.received(line);
  if (line.command == "ERROR" && !registration_.rejection()) {
    // The server closes after it; its words are better than the transport's.
    ending_ = config_.server + " ended the connection (" + line.last() + ")";
    return step;
  }
  if (phase_ == Phase::ready && line.command != "CAP") {
    ready_line(line, step, now_ms);
    return step;
  }
  step.lines = registration_.received(line);
  if (registration_.rejection() && phase_ == Phase::registering) {
    const Rejection rejection = *registration_.rejection();
    Step end = leave(rejection.reason);
    if (rejection.for_good) phase_ = Phase::failed;
    return end;
  }
  if (phase_ == Phase::registering && registration_.welcomed()) {
    welcome(now_ms);
    add_due(step, now_ms);
  }
  return step;
}

void Session::welcome(std::int64_t now_ms) {
  phase_ = Phase::ready;
  nick_ = registration_.nick();
  reason_.clear();
  welcomed_ms_ = now_ms;
  regain_backoff_.reset();
  regain_ms_ = now_ms + static_cast<std::int64_t>(regain_backoff_.next());
  rooms_.connected(now_ms);
}

void Session::ready_line(const Line& line, Step& step, std::int64_t now_ms) {
  const std::string& command = line.command;
  if (command == "005") {
    server_.read(line);
    if (server_.bot_mode() != 0 && !bot_mode_set_) {
      bot_mode_set_ = true;
      step.lines.push_back({"MODE " + nick_ + " +" + server_.bot_mode()});
    }
  } else if (command == "396" && line.params.size() >= 2) {
    // "is now your displayed host": with the user before it on some servers.
    const auto& shown = line.params[1];
    const auto user = mask_.substr(0, mask_.find('@'));
    mask_ = shown.find('@') != std::string::npos ? shown : user + "@" + shown;
  } else if (command == "NICK") {
    nick_changed(line, step, now_ms);
  } else if (command == "QUIT") {
    if (server_.same(line.nick, wanted_nick())) regain(step, now_ms);
  } else if (command == "JOIN" && is_me(line.nick)) {
    if (line.from_person()) mask_ = line.user + "@" + line.host;
    rooms_.joined(line.param(0), server_);
  } else if (command == "PART" && is_me(line.nick)) {
    rooms_.lost(line.param(0), "the gateway was made to leave it", server_, now_ms);
  } else if (command == "KICK" && is_me(line.param(1))) {
    rooms_.lost(line.param(0), "the gateway was thrown out of it: " + line.last(), server_, now_ms);
  } else if (command == "INVITE" && is_me(line.param(0))) {
    rooms_.invited(line.param(1), server_, now_ms);
  } else if (command == "403" || command == "405" || command == "437" || command == "470" ||
             command == "471" || command == "473" || command == "474" || command == "475" ||
             command == "476" || command == "477" || command == "489" || command == "520") {
    // 403 and 477 answer messages as well, but then to a room that we are in.
    if (away_from(line.param(1))) {
      rooms_.lost(line.param(1), command + ": " + line.last(), server_, now_ms);
    }
  }
  add_due(step, now_ms);
}

std::string Session::wanted_nick() const {
  // A server that cuts nicks has told at which length; we have ours then.
  const std::size_t longest = server_.nick_length();
  return longest == 0 ? config_.nick : config_.nick.substr(0, longest);
}

void Session::nick_changed(const Line& line, Step& step, std::int64_t now_ms) {
  if (is_me(line.nick)) {
    nick_ = line.param(0);
    if (line.from_person()) mask_ = line.user + "@" + line.host;
  } else if (server_.same(line.nick, wanted_nick())) {
    regain(step, now_ms);
  }
}

void Session::regain(Step& step, std::int64_t now_ms) {
  if (is_me(wanted_nick())) return;
  step.lines.push_back({"NICK " + wanted_nick()});
  regain_ms_ = now_ms + static_cast<std::int64_t>(regain_backoff_.next());
}

void Session::add_due(Step& step, std::int64_t now_ms) {
  for (Out& out : rooms_.due(now_ms)) step.lines.push_back(std::move(out));
}

Step Session::tick(std::int64_t now_ms) {
  Step step;
  switch (phase_) {
    case Phase::waiting:
      if (now_ms >= deadline_ms_) return start();
      return step;
    case Phase::registering:
      if (now_ms >= deadline_ms_) return leave(config_.server + " did not welcome us in time");
      return step;
    case Phase::ready:
      if (asked_ && now_ms >= heard_ms_ + kQuietMs + kPongMs) {
        return leave("nothing came from " + config_.server + " for 90 s");
      }
      if (!asked_ && now_ms >= heard_ms_ + kQuietMs) {
        asked_ = true;
        step.lines.push_back({"PING :alive"});
      }
      if (!is_me(wanted_nick()) && now_ms >= regain_ms_) regain(step, now_ms);
      add_due(step, now_ms);
      return step;
    default:
      return step;
  }
}

void Session::closed(const std::string& why, std::int64_t now_ms) {
  if (phase_ == Phase::failed || phase_ == Phase::stopped) return;
  const bool stood = phase_ == Phase::ready;
  reason_ = !ending_.empty() ? ending_
            : stood          ? "the connection to " + config_.server + " broke (" + why + ")"
                             : config_.server + " cannot be reached (" + why + ")";
  // Only a connection that has held shows that it was no use to be so patient.
  if (welcomed_ms_ != 0 && now_ms - welcomed_ms_ >= kStableMs) backoff_.reset();
  welcomed_ms_ = 0;
  rooms_.disconnected();
  if (phase_ == Phase::resting) return;
  phase_ = Phase::waiting;
  deadline_ms_ = now_ms + static_cast<std::int64_t>(backoff_.next());
}

Step Session::rest(Standby why) {
  if (phase_ == Phase::failed || phase_ == Phase::stopped) return {};
  standby_ = why;
  trouble_ = reason_.empty() ? config_.server + " does not answer" : reason_;
  Step step = leave({});
  phase_ = Phase::resting;
  return step;
}

Step Session::stop() {
  const Step step = phase_ == Phase::failed ? Step{} : leave({});
  phase_ = Phase::stopped;
  return {step.lines, Step::Link::close};
}

std::optional<std::int64_t> Session::next_ms() const {
  if (phase_ == Phase::waiting || phase_ == Phase::registering) return deadline_ms_;
  if (phase_ != Phase::ready) return std::nullopt;
  std::int64_t next = heard_ms_ + kQuietMs + (asked_ ? kPongMs : 0);
  if (!is_me(wanted_nick())) next = std::min(next, regain_ms_);
  return std::min(next, rooms_.next_ms().value_or(next));
}

Health Session::health() const {
  if (phase_ == Phase::failed) return {OC_STATE_FAILED, reason_};
  if (phase_ == Phase::resting && standby_ == Standby::unreachable) {
    return {OC_STATE_STANDBY, "another gateway may try for a minute: " + trouble_};
  }
  if (phase_ == Phase::resting && standby_ == Standby::ending) {
    return {OC_STATE_STANDBY, "this gateway ends: another one takes the connection to " +
                                  config_.server + " over, and sends the replies that remain"};
  }
  if (phase_ == Phase::resting) {
    return {OC_STATE_STANDBY, "another gateway has the connection to " + config_.server +
                                  ": it answers, and this one takes over when that ends"};
  }
  if (phase_ != Phase::ready) {
    return {reason_.empty() ? OC_STATE_CONNECTING : OC_STATE_DEGRADED, reason_};
  }
  if (const auto problem = rooms_.problem(); !problem.empty()) return {OC_STATE_DEGRADED, problem};
  if (config_.require_account && !has("account-tag")) {
    return {OC_STATE_DEGRADED, config_.key_prefix + "requireAccount lets nobody in: " +
                                   config_.server + " does not tell accounts (account-tag)"};
  }
  if (!is_me(wanted_nick())) {
    return {OC_STATE_DEGRADED,
            config_.key_prefix + "nick is taken: the gateway is " + nick_ + " until it is free"};
  }
  return {rooms_.waiting() ? OC_STATE_CONNECTING : OC_STATE_CONNECTED, {}};
}

std::size_t Session::text_budget(std::string_view target) const {
  const std::size_t mask = std::max(
      mask_.size(), mask_.empty() ? config_.username.size() + 2 + kLongestHost : std::size_t{0});
  // ":nick!user@host PRIVMSG target :text\r\n"
  const std::size_t around = 1 + nick_.size() + 1 + mask + 9 + target.size() + 2 + 2;
  return server_.line_length() > around + 16 ? server_.line_length() - around : 16;
}

std::int64_t Session::ready_in_ms(std::int64_t now_ms) const {
  const std::int64_t connect_ms = 2'000;
  return connect_ms +
         (phase_ == Phase::waiting ? std::max<std::int64_t>(0, deadline_ms_ - now_ms) : 0);
}

}  // namespace openclaw::irc
