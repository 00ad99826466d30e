// INFO and CONFIG GET.
#include "durability.hpp"

#include "explain.hpp"

namespace openclaw::redis {

namespace {

/// A server that is loading says so to everybody; whoever may not ask, or where CONFIG is renamed,
/// gets an error of another kind.
std::optional<Reply> ask_if_allowed(Link& link, const Args& command, TimePoint deadline) {
  try {
    return link.run(command, deadline);
  } catch (const RedisError& error) {
    if (error.kind != RedisError::Kind::server || passes_by(error) || error.code == "NOAUTH") throw;
    return {};
  }
}

}  // namespace

ServerFacts look_at_server(Link& link, TimePoint deadline) {
  ServerFacts facts;
  if (const auto info = ask_if_allowed(link, Args{"INFO"}, deadline)) facts.take_info(info->text());
  const auto setting = [&](const char* name) -> std::optional<std::string> {
    const auto found = ask_if_allowed(link, Args{"CONFIG", "GET", name}, deadline);
    if (!found || found->size() != 2) return {};
    return std::string((*found)[1].text());
  };
  facts.fsync = setting("appendfsync");
  facts.fsync_stops = setting("no-appendfsync-on-rewrite");
  facts.min_replicas = setting("min-replicas-to-write");
  return facts;
}

}  // namespace openclaw::redis
