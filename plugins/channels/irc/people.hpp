// Who is known to us, and under which nick a person can be reached now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "isupport.hpp"
#include "line.hpp"

namespace openclaw::irc {

/// A person's identity: "account:NAME" when the server vouches for the services account, else
/// "nick!user@host", each part in lower case. Never a nick alone: anybody may take that.
///
/// `vouched`: the capability account-tag is on, so that the tag is the server's own word.
std::string identity_of(const Line& line, bool vouched, const ISupport& server);

class People {
 public:
  static constexpr std::size_t kMost = 2000;

  /// This person has spoken to us directly.
  void spoke(const std::string& id, const Line& line, const ISupport& server);
  /// Any line: somebody changes the nick, goes, or has a nick that was another's.
  void saw(const Line& line, const ISupport& server);

  struct Reach {
    std::string nick;
    bool gone = false;  ///< what was their nick is nobody's, or somebody else's
  };
  /// `known_nick`: the one that the message to be answered came from, when we have forgotten (after
  /// a restart). An empty nick that is not gone: no such id.
  [[nodiscard]] Reach reach(const std::string& id, const std::string& known_nick,
                            const ISupport& server) const;

 private:
  struct Person {
    std::string nick;       ///< as written; empty = gone
    std::string user_host;  ///< to notice that somebody else has the nick
    std::uint64_t spoke = 0;
  };
  void forget_oldest();

  std::map<std::string, Person> people_;
  std::uint64_t count_ = 0;
};

}  // namespace openclaw::irc
