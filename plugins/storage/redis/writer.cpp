// Applies batches, and finds out what became of one whose answer was cut off.
//
// A batch is one call of apply.lua. When the connection breaks under it, the server may have run
// it, may be about to, or may never have seen it. The gateway's key tells: apply.lua checks the
// token in it and leaves the batch's number and results there. settle() changes the token, which
// stops an apply.lua that comes later, and reads the number. A number that fell, or an identity
// that changed, is a server that lost what it had acknowledged: then nothing more is written.
#include "writer.hpp"

#include <algorithm>
#include <thread>

#include "durability.hpp"
#include "explain.hpp"

namespace openclaw::redis {

namespace {

constexpr std::uint32_t kOpenMs = 30'000;
constexpr std::uint32_t kCloseMs = 2'000;
constexpr std::chrono::milliseconds kFirstPause{20}, kLongestPause{1'000};

}  // namespace

Writer::Role Writer::one_gateway(const Settings& settings,
                                 Taken (*take)(Link&, const Settings&, TimePoint)) {
  return {
      [settings, take](Link& link, TimePoint deadline) { return take(link, settings, deadline); },
      apply_script(),
      release_script(),
      kLeaseMs,
      false,
      "another gateway has taken over the store " + settings.prefix +
          " while this one was cut off from Redis; only one may use it"};
}

Writer::Writer(Settings settings, const Tell& tell)
    : Writer(settings, tell, one_gateway(settings, take_store)) {}

Writer::Writer(Settings settings, const Tell& tell, Role role)
    : Reader(std::move(settings), Unchecked{}), role_(std::move(role)) {
  // After an outage others give this one no longer than its lease to be back.
  longest_wait_ = std::chrono::milliseconds(std::clamp(role_.lease_ms / 4, 100U, 5'000U));
  const TimePoint deadline = deadline_in(kOpenMs);
  for (auto pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    try {
      connect(deadline);
      start(tell, deadline);
      return;
    } catch (const RedisError& error) {
      // A server that was just started is loading.
      if (!passes_by(error) || std::chrono::steady_clock::now() + pause >= deadline) {
        throw explain(error, "open");
      }
      std::this_thread::sleep_for(pause);
    }
  }
}

void Writer::start(const Tell& tell, TimePoint deadline) {
  const ServerVerdict verdict = judge(look_at_server(link_, deadline));
  if (!verdict.refusal.empty()) throw sdk::StoreError(OC_E_IO, verdict.refusal);
  check_rights(deadline);
  const Taken taken = role_.take(link_, deadline);
  identity_ = taken.identity;
  name_ = taken.name;
  token_ = taken.token;
  if (taken.is_new) {
    tell(Tone::warning, "redis.new_store",
         "there was no store " + settings_.prefix +
             " on the server, so an empty one was made; if there should have been one, stop and "
             "restore a backup of the server");
  }
  if (taken.was_torn) {
    tell(Tone::warning, "redis.torn_batch",
         "the last batch before this start was cut in the middle, by a right that was taken away "
         "or a key that is not ours: some of what was then under way may be there in part");
  }
  std::string lax;
  for (const auto& words : verdict.lax) lax += (lax.empty() ? "" : "; ") + words;
  if (!lax.empty()) tell(Tone::warning, "redis.not_durable", lax);
  if (!verdict.unchecked.empty()) {
    tell(Tone::warning, "redis.not_checked", verdict.unchecked);
  }
}

void Writer::check_rights(TimePoint deadline) {
  const Reply missing = link_.run(probe_script(), key_, {}, deadline);
  if (missing.size() == 0) return;
  const std::string words(missing[1].text());
  const auto first = words.substr(0, words.find(' '));
  const RedisError error(RedisError::Kind::server, std::string(missing[0].text()) + ": " + words,
                         first);
  // Within a script a missing right has no code of its own in every version.
  if (surely_not_done(error)) throw error;
  throw RedisError(RedisError::Kind::server, error.what(), "NOPERM");
}

Writer::~Writer() {
  if (!link_.is_open()) return;
  try {
    link_.run(role_.release, key_, Args{name_, token_}, deadline_in(kCloseMs));
  } catch (...) {
    // The lease ends by itself.
  }
}

void Writer::end(const std::string& why) {
  ended_ = why;
  throw sdk::StoreError(OC_E_UNKNOWN, ended_);
}

/// What the scripts themselves say about the gateway's right to write.
void Writer::end_if_lost(const RedisError& error) {
  const std::string store = "the store " + settings_.prefix;
  if (error.code == "OCTAKEN") {
    end(role_.taken_over);
  }
  if (error.code == "OCWIPED") {
    end("the server was wiped: " + store +
        " is gone from it, and with it what was acknowledged (FLUSHALL, a restart without "
        "appendonly, or a failover to an empty replica); restore a backup of the server before "
        "this gateway starts again, or it begins with an empty store");
  }
  if (error.code == "OCLOST") {
    end("the server lost a part of what it had acknowledged: " + store +
        " is older than what this gateway wrote (a restart or a failover without appendfsync "
        "always); the next start goes on with what is left");
  }
  if (error.code == "OCTORN") {
    end("the last batch was cut in the middle; the next start reads what is there");
  }
}

void Writer::check_not_ended() const {
  if (!ended_.empty()) throw sdk::StoreError(OC_E_UNKNOWN, ended_);
}

Args& Writer::add_held(Args& args) const {
  return args.lent(identity_).lent(name_).lent(token_).number(committed_);
}

Reply Writer::run_held(const Script& script, const Args& args, TimePoint deadline) {
  for (bool again = link_.is_open();; again = false) {
    try {
      connect(deadline);
      Args all;
      return link_.run(script, key_, add_held(all).add(args), deadline);
    } catch (const RedisError& error) {
      end_if_lost(error);
      if (has_moved(error)) link_.close();
      // One that was cut while it was idle shows only now.
      if (again && !link_.is_open() && error.kind != RedisError::Kind::deadline) continue;
      throw explain(error, "write to");
    }
  }
}

std::uint32_t Writer::renew(std::uint32_t deadline_ms) {
  check_not_ended();
  run_held(renew_script(), Args{std::to_string(role_.lease_ms)}, deadline_in(deadline_ms));
  return role_.lease_ms / 3;
}

void Writer::apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) {
  check_not_ended();
  const Batch batch(writes, role_.is_member, must_leave());
  if (batch.empty()) return;
  const auto call = [&](TimePoint until) {
    Args args;
    add_held(args).number(committed_ + 1).number(role_.lease_ms).number(batch.size());
    args.lent(batch.takes_no_memory() ? "1" : "0");
    return std::string(link_.run(role_.apply, key_, args.add(batch.args()), until).text());
  };
  const std::string results = send(call, deadline_in(deadline_ms));
  ++committed_;
  batch.take(results);
}

/// The results of the batch when it was committed after all; none when it never will be.
std::optional<std::string> Writer::settle(TimePoint deadline) {
  // An earlier attempt to settle may have been cut off too, after it changed the token.
  if (next_token_.empty()) next_token_ = next_token_after(token_);
  const Reply row =
      link_.run(settle_script(), key_, Args{identity_, name_, token_, next_token_}, deadline);
  token_ = std::exchange(next_token_, {});
  const std::uint64_t last = row[0].id();
  if (last == committed_ + 1) return std::string(row[1].text());
  if (last == committed_) return std::nullopt;
  throw RedisError(RedisError::Kind::server, "an earlier batch is the last", "OCLOST");
}

std::string Writer::send(const std::function<std::string(TimePoint)>& call, TimePoint deadline) {
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
                                "cannot write to Redis: the connection was cut, and nothing of the "
                                "batch was committed");
        }
      }
      return call(sent_by);
    } catch (const RedisError& error) {
      end_if_lost(error);
      if (has_moved(error)) link_.close();
      if (!open_question && error.kind == RedisError::Kind::server && !surely_not_done(error)) {
        end(std::string("the server failed in the middle of a batch; see the message, and its "
                        "log; the next start reads what is there (") +
            error.what() + ")");
      }
      const bool sent =
          error.kind == RedisError::Kind::lost || error.kind == RedisError::Kind::deadline;
      open_question = open_question || sent;
      const auto now = steady_clock::now();
      // One that was cut while it was idle shows only now, before anything was sent.
      const bool was_idle = error.kind == RedisError::Kind::unreachable && was_open;
      if (!open_question && was_idle && now < sent_by) continue;
      if (!open_question && !(passes_by(error) && now + pause < sent_by)) {
        const auto told = explain(error, "write to");
        throw sdk::StoreError(OC_APPLY_NOT_DONE(told.code) ? told.code : OC_E_AGAIN, told.what());
      }
      if (now + pause >= deadline) {
        end("the connection to Redis was cut while it committed, and it could not be asked in time "
            "what became of that; the next start reads what is true (" +
            std::string(error.what()) + ")");
      }
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, kLongestPause);
    }
  }
}

}  // namespace openclaw::redis
