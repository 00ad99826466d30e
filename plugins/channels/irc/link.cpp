// The way of bytes and of time.
#include "link.hpp"

#include <algorithm>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::irc {

namespace {
constexpr std::uint32_t kConnectMs = 20'000;
constexpr std::int64_t kVersionEveryMs = 30'000;
constexpr std::uint64_t kCloseMs = 5'000;
constexpr std::int64_t kLastSendsMs = 5'000;
}  // namespace

Link::Link(sdk::Host& host, const Config& config, std::uint64_t seed, Events events)
    : host_(host),
      status_(host),
      config_(config),
      events_(std::move(events)),
      lease_(host, "connection", {[this] { take_over(); }, [this] { rest(); }}),
      session_(config, seed),
      gate_(config.burst, config.line_interval_ms),
      deliveries_(gate_, "oc" + std::to_string(host.unix_ms()) + "-"),
      ids_(host.unix_ms(), seed),
      inbox_(host, seed,
             {[this](bool full) {
                if (connection_ != 0) host_.connection_pause(connection_, full);
              },
              [this] { events_.idle(); },
              [this](bool stuck) {
                stuck_ = stuck;
                report();
              }}),
      version_told_ms_(-kVersionEveryMs),
      results_(host, "the IRC server"),
      connects_metric_(host.define_counter("connects_total", "Connections that were tried.")) {}

void Link::start() {
  report();
  lease_.want();
}

void Link::take_over() {
  // An old connection ends first; closed() goes on.
  if (connection_ == 0) carry_out(session_.start());
}

void Link::rest() {
  withdraw(Session::Standby::elsewhere, "another gateway took the connection over");
}

/// Another gateway may get through. When none does, the lease comes back.
void Link::step_down() {
  lease_.put_off(sdk::StepDown::kPauseMs);
  withdraw(Session::Standby::unreachable, "the connection is left to another gateway");
}

/// `sends`: what is said of those under way.
void Link::withdraw(Session::Standby why, const char* sends) {
  for (const auto& outcome : deliveries_.lost(sends)) settle(outcome);
  carry_out(session_.rest(why));
  if (!std::exchange(told_, true)) events_.started(std::nullopt);
}

void Link::quiesce() {
  quiet_ = true;
  lease_.stop();
  hand_over();
  arm();
}

/// What people write to the nick would be heard by nobody here: the successor gets it as soon as
/// nothing is being sent, and the replies that come later.
void Link::hand_over() {
  if (!has_successor() || stopping_ || session_.resting() || session_.failed_for_good()) {
    return hand_over_ms_.reset();
  }
  const std::int64_t now = host_.now_ms();
  if (!hand_over_ms_) hand_over_ms_ = now + kLastSendsMs;
  if (!deliveries_.empty() && now < *hand_over_ms_) return;
  hand_over_ms_.reset();
  withdraw(Session::Standby::ending, "the gateway ends");
}

void Link::stop() {
  stopping_ = quiet_ = true;
  lease_.stop();
  status_.stop();
  for (const auto& outcome : deliveries_.lost("the channel stops")) settle(outcome);
  inbox_.stop();
  host_.cancel(std::exchange(timer_, 0));
  carry_out(session_.stop());
}

void Link::report() {
  Health health = session_.health();
  if (stuck_ && health.state == OC_STATE_CONNECTED) {
    health = {OC_STATE_DEGRADED, "messages from IRC cannot be stored now: look at the storage"};
  }
  if (stopping_ || health == reported_) return;
  reported_ = health;
  status_.set(health.state, health.reason);
  if (health.state == OC_STATE_DEGRADED || health.state == OC_STATE_FAILED) {
    host_.log(health.state == OC_STATE_FAILED ? OC_LOG_ERROR : OC_LOG_WARN, "irc.trouble",
              sdk::to_text({{"reason", health.reason}}));
  }
}

void Link::carry_out(const Step& step) {
  if (!step.lines.empty()) write(step.lines);
  if (step.link == Step::Link::connect) connect();
  if (step.link == Step::Link::close) close();
  report();
  if (session_.failed_for_good()) lease_.release();
  if (!told_ && (session_.ready() || session_.failed_for_good())) {
    told_ = true;
    std::optional<sdk::Failure> refused;
    if (session_.failed_for_good()) {
      refused = sdk::Failure{OC_E_AUTH, session_.health().reason, OC_EF_NOT_DONE};
    }
    events_.started(std::move(refused));
  }
  arm();
}

void Link::connect() {
  // Without the lease another gateway has the nick by now.
  if (has_successor()) return carry_out(session_.rest(Session::Standby::ending));
  if (!quiet_ && !lease_.check()) return carry_out(session_.rest());
  host_.add(connects_metric_, 1);
  reader_ = LineReader{};
  open_ = closing_ = false;
  sdk::ConnectRequest request;
  request.url = config_.url;
  request.connect_ms = kConnectMs;
  connection_ = host_.connect(request, {[this] {
                                          open_ = true;
                                          gate_.reset();
                                          carry_out(session_.opened(host_.now_ms()));
                                        },
                                        [this](std::string_view bytes, bool) { data(bytes); },
                                        [this](const std::optional<sdk::Failure>& failure,
                                               std::string_view) { closed(failure); }});
  if (connection_ == 0) {
    // Not inside the session's own step.
    host_.post([this] {
      closed(sdk::Failure{OC_E_NET, "this gateway opens no connections now", OC_EF_NOT_DONE});
    });
  }
}

void Link::close() {
  if (connection_ == 0 || closing_) return;
  closing_ = true;
  if (!open_) return host_.cancel(connection_);
  host_.connection_close(connection_);
  // A peer that is dead does not close its half.
  close_timer_ = host_.after(kCloseMs, [this] {
    close_timer_ = 0;
    host_.cancel(connection_);
  });
}

void Link::closed(const std::optional<sdk::Failure>& failure) {
  const bool stood = std::exchange(open_, false);
  connection_ = 0;
  host_.cancel(std::exchange(close_timer_, 0));
  session_.closed(failure ? failure->message : "the server closed it", host_.now_ms());
  if (stood) {
    host_.evidence(OC_EVIDENCE_SEND_LOST);
    host_.evidence(OC_EVIDENCE_RECEIVE_LOST);
  }
  for (const auto& outcome : deliveries_.lost("the connection to IRC broke")) settle(outcome);
  if (stopping_) return events_.closed();
  if (session_.resting() && !quiet_ && lease_.held()) return carry_out(session_.start());
  report();
  if (!std::exchange(told_, true)) {
    // It goes on trying by itself, unless only the operator can help.
    events_.started(std::nullopt);
  }
  hand_over();
  arm();
}

void Link::data(std::string_view bytes) {
  if (stopping_ || closing_ || !ours()) return;
  host_.evidence(OC_EVIDENCE_RECEIVED);
  reader_.feed(bytes);
  while (const auto text = reader_.next()) {
    if (closing_) return;
    if (const auto parsed = parse_line(*text)) line(*parsed);
  }
  flush();
}

void Link::line(const Line& line) {
  const auto outcome = deliveries_.received(
      line, [this](const std::string& name) { return session_.server().lower(name); });
  if (outcome) settle(*outcome);
  if (session_.ready()) hear(line);
  carry_out(session_.received(line, host_.now_ms()));
}

void Link::hear(const Line& line) {
  const Listener us{session_.nick(),
                    session_.server(),
                    session_.has("account-tag"),
                    session_.has("message-tags"),
                    session_.has("server-time"),
                    config_.require_account};
  people_.saw(line, session_.server());
  const std::int64_t now = host_.now_ms();
  if (asks_version(line, us) && now - version_told_ms_ >= kVersionEveryMs && gate_.idle(now)) {
    version_told_ms_ = now;
    gate_.take({}, 1, now);
    write({{"NOTICE " + line.nick + " :\x01VERSION OpenClaw Gateway\x01"}});
  }
  auto incoming = decode(line, us, ids_);
  if (!incoming || quiet_) return;
  if ((incoming->flags & OC_MSG_ROOM) == 0) {
    people_.spoke(incoming->sender_id, line, session_.server());
  }
  inbox_.add(std::move(*incoming));
}

bool Link::write(const Outs& lines) {
  if (connection_ == 0 || !open_) return false;
  std::string plain;
  const auto put = [this](const std::string& bytes, std::uint32_t flags) {
    if (bytes.empty()) return true;
    const oc_status status = host_.connection_send(connection_, bytes, flags);
    if (status == OC_OK) return true;
    // What the peer does not read in time is lost to us as well: start anew.
    host_.log(OC_LOG_WARN, "irc.write_failed",
              sdk::to_text(
                  {{"status", status},
                   {"remedy", status == OC_E_AUTH ? "check password and serverPassword, and that "
                                                    "`server` names the host they are for"
                                                  : "none; a new connection is opened"}}));
    if (!closing_) {
      closing_ = true;
      host_.cancel(connection_);
    }
    return false;
  };
  for (const Out& out : lines) {
    if (!out.secret) {
      plain += wire(out);
      continue;
    }
    if (!put(std::exchange(plain, {}), 0) || !put(wire(out), OC_SEND_SECRETS)) return false;
  }
  return put(plain, 0);
}

void Link::flush() {
  write(deliveries_.due(host_.now_ms()));
  hand_over();
  arm();
}

void Link::watch_trouble() {
  const bool tries = !quiet_ && lease_.held() && !session_.resting() && !session_.failed_for_good();
  if (!tries || session_.ready()) return step_down_.reached();
  step_down_.trying(host_.now_ms());
}

void Link::arm() {
  if (stopping_) return;
  watch_trouble();
  std::optional<std::int64_t> next = session_.next_ms();
  for (const auto& other : {deliveries_.next_ms(), step_down_.next_ms(), hand_over_ms_}) {
    if (other) next = std::min(next.value_or(*other), *other);
  }
  if (!next || (timer_ != 0 && armed_ms_ <= *next)) return;  // an early tick does no harm
  host_.cancel(std::exchange(timer_, 0));
  armed_ms_ = *next;
  const auto in_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(1, *next - host_.now_ms()));
  timer_ = host_.after(in_ms, [this] {
    timer_ = 0;
    tick();
  });
}

void Link::tick() {
  if (!session_.resting() && !session_.failed_for_good() && !ours()) return;
  if (step_down_.due(host_.now_ms(), host_.others())) return step_down();
  for (const auto& outcome : deliveries_.overdue(host_.now_ms())) settle(outcome);
  carry_out(session_.tick(host_.now_ms()));
  flush();
}

}  // namespace openclaw::irc
