// LISTEN and NOTIFY (source: PostgreSQL's documentation, "NOTIFY").
#include "listener.hpp"

#include <algorithm>
#include <thread>

#include "settings.hpp"

namespace openclaw::postgres {

namespace {
/// Whoever may connect may notify: hints are heeded so often at most.
constexpr std::chrono::milliseconds kHearsItself{1'000}, kPause{200}, kBetweenHints{50};
}  // namespace

void Listener::sleep(TimePoint until) {
  std::this_thread::sleep_until(std::min(until, std::chrono::steady_clock::now() + kPause));
}

void Listener::begin(Link& link, const std::string& schema, TimePoint until) {
  const Rows row = link.run(
      for_schema("SELECT @SCHEMA@.notify_channel(), pg_backend_pid()::int8", schema), {}, until);
  // A pooler answers with processes of its own; what is left behind on a server that others use
  // after this would be theirs to hear.
  deaf_ = row.number(0, 1) != link.backend();
  if (deaf_) return;
  const std::string channel(row.bytes(0, 0));
  link.run("LISTEN " + channel, {}, until);
  // No instance is called that; others hear it too, and pass over it.
  const std::string word = "\n" + std::to_string(row.number(0, 1));
  link.run("SELECT pg_notify($1, $2)", Parameters().text(channel).text(word), until);
  const TimePoint by = std::min(until, std::chrono::steady_clock::now() + kHearsItself);
  while (const auto heard = link.notification(by)) {
    if (*heard == word) {
      listening_ = link.openings();
      return;
    }
  }
  deaf_ = true;
}

void Listener::wait(Link& link, const std::string& schema, std::string_view instance,
                    TimePoint until) {
  if (listening_ != link.openings()) {
    begin(link, schema, until);
    return;  // something may have come before it listened
  }
  while (const auto heard = link.notification(until)) {
    if (!heard->empty() && *heard != instance) continue;
    std::this_thread::sleep_until(std::min(until, last_hint_ + kBetweenHints));
    last_hint_ = std::chrono::steady_clock::now();
    // Those that came together are one.
    while (link.notification(std::chrono::steady_clock::now())) {
    }
    return;
  }
}

}  // namespace openclaw::postgres
