// Finds the sentence for an error's code (source: src/server.c, createSharedObjects(), and
// src/cluster.c of Redis 6.2 and 7.0).
#include "explain.hpp"

namespace openclaw::redis {

namespace {

struct Remedy {
  const char* code;
  oc_status status;
  bool passes;  ///< by itself, soon
  bool moved;   ///< another server is the one to ask
  const char* sentence;
  bool goes_on = false;  ///< by itself, once that is done
};

constexpr const char* kGoesOn = ", it goes on by itself then";

/// All of them are said before a command begins, or by the first write of a script.
constexpr Remedy kRemedies[] = {
    {"LOADING", OC_E_AGAIN, true, false, "the server is loading its data; wait until it is done",
     true},
    {"BUSY", OC_E_AGAIN, true, false,
     "the server is busy with a script; if that is not ours, end it with SCRIPT KILL"},
    {"TRYAGAIN", OC_E_AGAIN, true, false,
     "the cluster is moving the store's slot; wait until it is done", true},
    {"ASK", OC_E_AGAIN, true, false,
     "the cluster is moving the store's slot; wait until it is done", true},
    {"CLUSTERDOWN", OC_E_AGAIN, false, true,
     "the cluster is down: a part of it has no master; see CLUSTER INFO"},
    {"MOVED", OC_E_AGAIN, true, true,
     "the cluster sends us from one node to another; see CLUSTER NODES"},
    {"CROSSSLOT", OC_E_IO, false, false,
     "the server splits the store's keys although they have one tag; see that nothing in between "
     "renames keys"},
    {"READONLY", OC_E_AGAIN, false, true,
     "the server is a replica, which is read-only; let storage.url name the master"},
    {"MASTERDOWN", OC_E_AGAIN, false, true,
     "the server is a replica that has lost its master; let storage.url name the master"},
    {"NOREPLICAS", OC_E_AGAIN, false, false,
     "the server has fewer replicas than its min-replicas-to-write; bring them back"},
    {"OOM", OC_E_IO, false, false, "the server's memory is full; raise its maxmemory", true},
    {"MISCONF", OC_E_IO, false, false,
     "the server cannot write to its disk, and so takes no writes; see its log, free some space "
     "there",
     true},
    {"NOAUTH", OC_E_AGAIN, false, false,
     "the server wants a password; put it into storage.url, or into a file (?passfile=/path)"},
    {"WRONGPASS", OC_E_AGAIN, false, false,
     "the server refuses the password; check user and password in storage.url"},
    {"NOPERM", OC_E_IO, false, false,
     "the user may not do that; give it the rights that docs/storage/redis.md lists (ACL SETUSER), "
     "for the keys of storage.prefix"},
    {"DENIED", OC_E_AGAIN, false, false,
     "the server is in protected mode; give it a password, or let it listen on this machine only"},
    {"REFUSED", OC_E_IO, false, false, "the server does not let us write; see the message"},
    {"NOSCRIPT", OC_E_AGAIN, true, false, "the server forgot a script", true},
};

const Remedy* remedy_for(const RedisError& error) {
  for (const Remedy& remedy : kRemedies) {
    if (error.code == remedy.code) return &remedy;
  }
  return nullptr;
}

}  // namespace

sdk::StoreError explain(const RedisError& error, const std::string& doing) {
  const std::string words = std::string(" (") + error.what() + ")";
  const std::string cannot = "cannot " + doing + " Redis: ";
  // Who cannot open it ends.
  const std::string goes_on = doing == "open" ? "" : kGoesOn;
  if (const Remedy* remedy = remedy_for(error)) {
    return {remedy->status, cannot + remedy->sentence + (remedy->goes_on ? goes_on : "") + words};
  }
  switch (error.kind) {
    case RedisError::Kind::unreachable:
      return {OC_E_AGAIN, cannot +
                              "it cannot be reached; see that it runs and that storage.url names "
                              "its host and port" +
                              goes_on + words};
    case RedisError::Kind::refused:
      return {OC_E_AGAIN, cannot +
                              "it refuses the connection; check user, password, database and "
                              "certificates in storage.url" +
                              goes_on + words};
    case RedisError::Kind::lost:
      return {OC_E_AGAIN,
              cannot + "the connection was cut; see that the server runs" + goes_on + words};
    case RedisError::Kind::deadline:
      return {OC_E_DEADLINE,
              cannot + "it took longer than allowed; the server may be overloaded" + words};
    case RedisError::Kind::server:
      break;
  }
  return {OC_E_IO, cannot + "see the message; if it comes again, please report it" + words};
}

bool surely_not_done(const RedisError& error) {
  if (error.kind == RedisError::Kind::unreachable || error.kind == RedisError::Kind::refused) {
    return true;
  }
  return error.kind == RedisError::Kind::server && remedy_for(error) != nullptr;
}

bool passes_by(const RedisError& error) {
  const Remedy* const remedy = remedy_for(error);
  return remedy != nullptr && remedy->passes;
}

bool has_moved(const RedisError& error) {
  const Remedy* const remedy = remedy_for(error);
  return remedy != nullptr && remedy->moved;
}

}  // namespace openclaw::redis
