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

namespace openclaw::postgres {

namespace {

constexpr std::uint32_t kOpenMs = 30'000;
constexpr std::uint32_t kCloseMs = 2'000;
constexpr std::int64_t kLeaseMs = 10'000;
constexpr int kOldestServer = 130'000;
constexpr const char* kInstance = "main";
constexpr const char* kTakenOver = "OC001";  // of apply.sql
constexpr std::chrono::milliseconds kFirstPause{20}, kLongestPause{1'000};

std::string fresh_token() {
  std::random_device random;
  std::string out;
  for (int i = 0; i < 16; ++i) out += static_cast<char>(random() & 0xffU);
  return out;
}

}  // namespace

Writer::Writer(Settings settings, const Warn& warn)
    : Reader(std::move(settings), Unchecked{}), token_(fresh_token()) {
  const TimePoint deadline = deadline_in(kOpenMs);
  try {
    connect(deadline);
    if (link_.server_version() < kOldestServer) {
      throw sdk::StoreError(OC_E_IO, "PostgreSQL " +
                                         std::to_string(link_.server_version() / 10'000) +
                                         " is too old: 13 or newer is needed");
    }
    migrate(link_, settings_, deadline);
    take_name(deadline);
    warn_of_lax_settings(warn, deadline);
  } catch (const PgError& error) {
    throw explain(error, "open");
  }
}

Writer::~Writer() {
  if (!link_.is_open()) return;
  try {
    link_.run(sql("UPDATE @SCHEMA@.gateways SET leased_until = 'epoch'"
                  " WHERE instance = $1 AND token = $2"),
              Parameters().text(kInstance).uuid(token_), deadline_in(kCloseMs));
  } catch (...) {
    // The lease ends by itself.
  }
}

Writer::Claim Writer::try_to_take(bool at_once, TimePoint deadline) {
  const Rows taken = link_.run(
      sql("INSERT INTO @SCHEMA@.gateways VALUES ($1, $2, $3,"
          "   clock_timestamp() + $4::float8 * interval '1 millisecond', 0, '{}', 0, 0, 0, 0, 0, "
          "0, 0)"
          " ON CONFLICT (instance) DO UPDATE SET token = excluded.token, holder = excluded.holder,"
          "   leased_until = excluded.leased_until, batch = 0, results = '{}'"
          "   WHERE gateways.leased_until < clock_timestamp() OR gateways.holder = $5"
          " RETURNING 1::int8"),
      Parameters()
          .text(kInstance)
          .uuid(token_)
          .text(sdk::this_process())
          .number(kLeaseMs)
          .text(at_once ? last_holder_ : std::string()),
      deadline);
  if (taken.size() == 1) return {true, {}, 0};
  const Rows row = link_.run(
      sql("SELECT holder, greatest(0, extract(epoch FROM leased_until - clock_timestamp()) * 1000)"
          "::int8 FROM @SCHEMA@.gateways WHERE instance = $1"),
      Parameters().text(kInstance), deadline);
  if (row.size() == 0) return {};
  return {false, std::string(row.bytes(0, 0)), row.number(0, 1)};
}

void Writer::take_name(TimePoint deadline) {
  bool at_once = false;
  for (std::int64_t before = kLeaseMs;;) {
    const Claim claim = try_to_take(at_once, deadline);
    if (claim.taken) return;
    last_holder_ = claim.holder;
    const sdk::Fate fate = sdk::fate_of_holder(claim.holder);
    // A lease that grew was renewed: its holder lives.
    if (fate == sdk::Fate::lives || claim.left_ms > before) {
      throw sdk::StoreError(OC_E_AGAIN, "the schema " + settings_.schema +
                                            " is in use by another gateway (" +
                                            sdk::name_of_holder(claim.holder) +
                                            "); end that one, or set storage.schema");
    }
    at_once = fate == sdk::Fate::gone;
    if (at_once) continue;
    before = claim.left_ms;
    const auto pause = std::chrono::milliseconds(std::clamp<std::int64_t>(claim.left_ms, 10, 500));
    if (std::chrono::steady_clock::now() + pause >= deadline) {
      throw PgError(PgError::Kind::deadline,
                    "the lease of " + sdk::name_of_holder(claim.holder) + " did not end");
    }
    std::this_thread::sleep_for(pause);
  }
}

void Writer::warn_of_lax_settings(const Warn& warn, TimePoint deadline) {
  const Rows row = link_.run(
      "SELECT current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on'", {},
      deadline);
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

void Writer::end(const std::string& why) {
  ended_ = why;
  throw sdk::StoreError(OC_E_UNKNOWN, ended_);
}

void Writer::end_taken_over() {
  end("another gateway has taken over the schema " + settings_.schema +
      " while this one was cut off from PostgreSQL; only one may use it");
}

std::uint32_t Writer::renew(std::uint32_t deadline_ms) {
  if (!ended_.empty()) throw sdk::StoreError(OC_E_UNKNOWN, ended_);
  const TimePoint deadline = deadline_in(deadline_ms);
  for (bool again = link_.is_open();; again = false) {
    try {
      connect(deadline);
      const Rows row =
          link_.run(sql("UPDATE @SCHEMA@.gateways SET leased_until = clock_timestamp() + "
                        "$3::float8 * interval '1 "
                        "millisecond' WHERE instance = $1 AND token = $2 RETURNING 1::int8"),
                    Parameters().text(kInstance).uuid(token_).number(kLeaseMs), deadline);
      if (row.size() == 0) end_taken_over();
      return kLeaseMs / 3;
    } catch (const PgError& error) {
      // One that was cut while it was idle shows only now.
      if (again && !link_.is_open() && error.kind != PgError::Kind::deadline) continue;
      throw explain(error, "write to");
    }
  }
}

void Writer::apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) {
  if (!ended_.empty()) throw sdk::StoreError(OC_E_UNKNOWN, ended_);
  const Batch batch(writes);
  if (batch.empty()) return;
  ++batch_number_;
  batch.take(send(batch, deadline_in(deadline_ms)));
}

std::vector<std::int64_t> Writer::call_apply(const Batch& batch, TimePoint deadline) {
  Parameters parameters;
  parameters.text(kInstance).uuid(token_).number(batch_number_).number(kLeaseMs);
  batch.add_to(parameters);
  std::string call = "SELECT @SCHEMA@.apply($1";
  for (int i = 2; i <= parameters.size(); ++i) call += ", $" + std::to_string(i);
  const Rows row = link_.run(sql(call + ")"), parameters, deadline);
  return read_numbers(row.bytes(0, 0));
}

/// The results of the batch when it was committed after all; none when it never will be.
std::optional<std::vector<std::int64_t>> Writer::settle(TimePoint deadline) {
  // An earlier attempt to settle may have been cut off too, after it changed the token.
  if (next_token_.empty()) next_token_ = fresh_token();
  const Rows row = link_.run(
      sql("UPDATE @SCHEMA@.gateways SET token = $3 WHERE instance = $1 AND token IN ($2, $3)"
          " RETURNING batch, results"),
      Parameters().text(kInstance).uuid(token_).uuid(next_token_), deadline);
  if (row.size() == 0) throw PgError(PgError::Kind::server, "taken over", kTakenOver);
  token_ = std::exchange(next_token_, {});
  if (row.number(0, 0) != batch_number_) return std::nullopt;
  return read_numbers(row.bytes(0, 1));
}

std::vector<std::int64_t> Writer::send(const Batch& batch, TimePoint deadline) {
  using std::chrono::steady_clock;
  // The last third of the time is for finding out.
  const TimePoint sent_by = steady_clock::now() + (deadline - steady_clock::now()) * 2 / 3;
  bool open_question = false;
  auto pause = kFirstPause;
  for (;;) {
    const bool was_open = link_.is_open();
    try {
      connect(open_question ? deadline : sent_by);
      if (open_question) {
        if (auto results = settle(deadline)) return *results;
        open_question = false;
        if (steady_clock::now() >= sent_by) {
          throw sdk::StoreError(OC_E_AGAIN,
                                "cannot write to PostgreSQL: the connection was cut, and nothing "
                                "of the batch was committed");
        }
      }
      return call_apply(batch, sent_by);
    } catch (const PgError& error) {
      if (error.sqlstate == kTakenOver) {
        end_taken_over();
      }
      const bool sent = error.kind == PgError::Kind::lost || error.kind == PgError::Kind::deadline;
      open_question = open_question || sent;
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
