// Applies batches, and finds out what became of one whose answer was cut off.
//
// A batch is one call of apply(). When the connection breaks under it, the server may have
// committed it, may be about to, or may never have seen it. The gateway's row tells: apply() checks
// the token in it and leaves the batch's number and results there. settle() changes the token,
// which waits for an apply() under way and stops one that comes later, and reads the number.
#include "writer.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include "explain.hpp"
#include "migrate.hpp"
#include "openclaw/cpp/holder.hpp"
#include "opening_lock.hpp"

namespace openclaw::postgres {

namespace {

constexpr std::uint32_t kOpenMs = 30'000;
constexpr std::uint32_t kCloseMs = 2'000;
constexpr std::int64_t kLeaseMs = 10'000;
constexpr int kOldestServer = 130'000;
constexpr const char *kTakenOver = "OC001", *kWentBack = "OC002";  // of apply.sql
constexpr std::chrono::milliseconds kFirstPause{20}, kLongestPause{1'000};

/// After an outage others give this one no longer than its lease to be back.
std::chrono::milliseconds longest_pause(std::int64_t lease_ms) {
  return std::chrono::milliseconds(std::clamp<std::int64_t>(lease_ms / 4, 100, 5'000));
}

std::string fresh_token() {
  std::random_device random;
  std::string out;
  for (int i = 0; i < 16; ++i) out += static_cast<char>(random() & 0xffU);
  return out;
}

}  // namespace

Writer::Writer(Settings settings, std::string instance, std::int64_t lease_ms)
    : Reader(std::move(settings), Unchecked{}),
      instance_(std::move(instance)),
      token_(fresh_token()),
      lease_ms_(lease_ms) {
  longest_wait_ = longest_pause(lease_ms);
}

Writer::Writer(Settings settings, const Warn& warn)
    : Writer(std::move(settings), std::string(), kLeaseMs) {
  open([this](const Known& known, TimePoint deadline) { return take_alone(known, deadline); },
       warn);
}

Writer::~Writer() {
  let_go();
}

void Writer::open(const std::function<Claim(const Known& known, TimePoint deadline)>& take,
                  const Warn& warn) {
  const TimePoint deadline = deadline_in(kOpenMs);
  try {
    connect(deadline);
    if (link_.server_version() < kOldestServer) {
      throw sdk::StoreError(OC_E_IO, "PostgreSQL " +
                                         std::to_string(link_.server_version() / 10'000) +
                                         " is too old: 13 or newer is needed");
    }
    claim([&](const Known& known) { return migrate(link_, settings_, known.gone, deadline); },
          deadline);
    holds_ = true;  // or may do so, when the answer is cut off
    claim(
        [&](const Known& known) {
          while (true) {
            try {
              return under_opening_lock(link_, settings_, deadline,
                                        [&] { return take(known, deadline); });
            } catch (const PgError& error) {
              if (!try_again_at_once(error)) throw;
            }
          }
        },
        deadline);
    // From here on nobody changes it; a newer gateway may have done so just before.
    check_schema(link_, settings_, deadline);
    warn_of_lax_settings(warn, deadline);
  } catch (const PgError& error) {
    throw explain(error, "open");
  }
}

void Writer::let_go() noexcept {
  if (!holds_) return;
  // A token that settle() did not get to hear of may be the row's as well.
  const std::string& next = next_token_.empty() ? token_ : next_token_;
  try {
    const TimePoint deadline = deadline_in(kCloseMs);
    connect(deadline);
    link_.run(sql("SELECT @SCHEMA@.leave($1, $2, $3)"),
              Parameters().text(instance_).uuid(token_).uuid(next), deadline);
  } catch (...) {
    // The lease ends by itself.
  }
}

Claim Writer::take_alone(const Known& known, TimePoint deadline) {
  const Rows row = link_.run(sql("SELECT r_taken, r_holder, r_left_ms, r_member, r_lapsed, r_mark"
                                 " FROM @SCHEMA@.take_alone($1, $2, $3, $4, $5, $6)"),
                             Parameters()
                                 .uuid(token_)
                                 .text(sdk::this_process())
                                 .number(lease_ms_)
                                 .text(known.gone)
                                 .number(known.waited_ms)
                                 .number(known.mark),
                             deadline);
  if (row.flag(0, 0)) return {};
  const bool shared = row.number(0, 3) > 0;
  return {false,
          std::string(row.bytes(0, 1)),
          row.number(0, 2),
          "the schema " + settings_.schema +
              (shared ? " is in use by gateways that share it (among them %H); set "
                        "gateway.instance here, too, or end those, or set storage.schema"
                      : " is in use by another gateway (%H); end that one, or set storage.schema"),
          row.flag(0, 4),
          row.number(0, 5)};
}

void Writer::warn_of_lax_settings(const Warn& warn, TimePoint deadline) {
  const Rows row = link_.run(
      "SELECT pg_catalog.current_setting('fsync') = 'on',"
      " pg_catalog.current_setting('full_page_writes') = 'on'",
      {}, deadline);
  if (!row.flag(0, 0)) {
    warn("postgres.not_durable",
         "the server runs with fsync = off: a power failure can lose or damage what was "
         "acknowledged; set fsync = on in postgresql.conf");
  } else if (!row.flag(0, 1)) {
    warn("postgres.not_durable",
         "the server runs with full_page_writes = off: a power failure can damage what was "
         "acknowledged unless its disk never tears a page; set full_page_writes = on in "
         "postgresql.conf");
  }
}

void Writer::end_if_lost(const PgError& error) {
  if (error.sqlstate == kTakenOver) end_taken_over();
  if (error.sqlstate != kWentBack) return;
  end("the database went back to an earlier state: the schema " + settings_.schema +
      " is older than what this gateway wrote (a standby that lagged was promoted, or a backup was "
      "restored); the next start goes on with what is left");
}

void Writer::end(const std::string& why) {
  ended_ = why;
  throw sdk::StoreError(OC_E_UNKNOWN, ended_);
}

void Writer::end_taken_over() {
  if (instance_.empty()) {
    end("another gateway has taken over the schema " + settings_.schema +
        " while this one was cut off from PostgreSQL; only one may use it");
  }
  end("the other gateways have taken over what this one had in the schema " + settings_.schema +
      ", as it was cut off from PostgreSQL for longer than its lease");
}

void Writer::check_not_ended() const {
  if (!ended_.empty()) throw sdk::StoreError(OC_E_UNKNOWN, ended_);
}

void Writer::connect_settled(TimePoint deadline) {
  connect(deadline);
  if (unsettled_) settle(deadline);
}

std::uint32_t Writer::renew(std::uint32_t deadline_ms) {
  check_not_ended();
  const TimePoint deadline = deadline_in(deadline_ms);
  for (bool again = link_.is_open();; again = false) {
    try {
      connect_settled(deadline);
      const Rows row = link_.run(
          sql("UPDATE @SCHEMA@.gateways SET"
              "  steady_since = CASE WHEN leased_until < clock_timestamp() THEN clock_timestamp()"
              "                 ELSE least(steady_since, clock_timestamp()) END,"
              "  leased_until = clock_timestamp() + $3::float8 * interval '1 millisecond'"
              " WHERE instance = $1 AND token = $2 RETURNING batch"),
          Parameters().text(instance_).uuid(token_).number(lease_ms_), deadline);
      if (row.size() == 0) end_taken_over();
      check_batch(row.number(0, 0));
      return static_cast<std::uint32_t>(lease_ms_ / 3);
    } catch (const PgError& error) {
      end_if_lost(error);
      // One that was cut while it was idle shows only now.
      if (again && !link_.is_open() && error.kind != PgError::Kind::deadline) continue;
      throw explain(error, "write to");
    }
  }
}

void Writer::apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) {
  apply_from(Batch::From::the_one_gateway, writes, deadline_ms);
}

void Writer::apply_from(Batch::From from, const sdk::StoreWrites& writes,
                        std::uint32_t deadline_ms) {
  check_not_ended();
  const Batch batch(writes, from);
  if (batch.empty()) return;
  const auto results = send(batch, deadline_in(deadline_ms));
  ++committed_;
  batch.take(results);
}

std::vector<std::int64_t> Writer::call_apply(const Batch& batch, TimePoint deadline) {
  Parameters parameters;
  parameters.text(instance_).uuid(token_).number(committed_ + 1).number(lease_ms_);
  batch.add_to(parameters);
  std::string call = "SELECT @SCHEMA@.apply($1";
  for (int i = 2; i <= parameters.size(); ++i) call += ", $" + std::to_string(i);
  const Rows row = link_.run(sql(call + ")"), parameters, deadline);
  return read_numbers(row.bytes(0, 0));
}

/// The results of the batch that follows the last committed one when it was, too; none when it
/// never will be.
std::optional<std::vector<std::int64_t>> Writer::settle(TimePoint deadline) {
  // An earlier attempt to settle may have been cut off too, after it changed the token.
  if (next_token_.empty()) next_token_ = fresh_token();
  const Rows row = link_.run(
      sql("UPDATE @SCHEMA@.gateways SET token = $3 WHERE instance = $1 AND token IN ($2, $3)"
          " RETURNING batch, results"),
      Parameters().text(instance_).uuid(token_).uuid(next_token_), deadline);
  if (row.size() == 0) throw PgError(PgError::Kind::server, "taken over", kTakenOver);
  token_ = std::exchange(next_token_, {});
  unsettled_ = false;
  if (row.number(0, 0) == committed_ + 1) return read_numbers(row.bytes(0, 1));
  check_batch(row.number(0, 0));
  return std::nullopt;
}

void Writer::check_batch(std::int64_t last) const {
  if (last == committed_) return;
  throw PgError(PgError::Kind::server, "an earlier batch is the last", kWentBack);
}

std::vector<std::int64_t> Writer::send(const Batch& batch, TimePoint deadline) {
  using std::chrono::steady_clock;
  // The last third of the time is for finding out.
  const TimePoint sent_by = steady_clock::now() + (deadline - steady_clock::now()) * 2 / 3;
  bool sent = false, open_question = false;  // whether it was, and what became of it then
  auto pause = kFirstPause;
  for (;;) {
    const bool was_open = link_.is_open();
    try {
      if (open_question) {
        connect(deadline);
        if (auto results = settle(deadline)) return *results;
        open_question = false;
        if (steady_clock::now() >= sent_by) {
          throw sdk::StoreError(OC_E_AGAIN,
                                "cannot write to PostgreSQL: the connection was cut, and nothing "
                                "of the batch was committed");
        }
      }
      connect_settled(sent_by);
      sent = true;
      return call_apply(batch, sent_by);
    } catch (const PgError& error) {
      end_if_lost(error);
      const bool cut = error.kind == PgError::Kind::lost || error.kind == PgError::Kind::deadline;
      if (cut && sent) open_question = unsettled_ = true;
      const auto now = steady_clock::now();
      // One that was cut while it was idle shows only now, before anything was sent.
      if (!open_question && was_open && !link_.is_open() && now < sent_by) continue;
      if (!open_question && !(try_again_at_once(error) && now < sent_by)) {
        const auto told = explain(error, "write to");
        throw sdk::StoreError(OC_APPLY_NOT_DONE(told.code) ? told.code : OC_E_AGAIN, told.what());
      }
      if (now + pause >= deadline) {
        end("the connection to PostgreSQL was cut while it committed, and it could not be asked in "
            "time what became of that; the next start reads what is true (" +
            std::string(error.what()) + ")");
      }
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, kLongestPause);
    }
  }
}

}  // namespace openclaw::postgres
