// Follows people through their nicks.
#include "people.hpp"

#include <algorithm>

namespace openclaw::irc {

namespace {

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

std::string identity_of(const Line& line, bool vouched, const ISupport& server) {
  const auto account = vouched ? line.tag("account") : std::string_view{};
  // An account is not lowered: whether two spellings are one account is the services' business.
  if (!account.empty() && account != "*") return "account:" + std::string(account);
  // The server's letters concern nicks only.
  return server.lower(line.nick) + "!" + ascii_lower(line.user) + "@" + ascii_lower(line.host);
}

void People::spoke(const std::string& id, const Line& line, const ISupport& server) {
  saw(line, server);
  if (people_.size() >= kMost && people_.count(id) == 0) forget_oldest();
  people_[id] = {line.nick, line.user + "@" + line.host, ++count_};
}

void People::forget_oldest() {
  const auto oldest = std::min_element(
      people_.begin(), people_.end(),
      [](const auto& a, const auto& b) { return a.second.spoke < b.second.spoke; });
  if (oldest != people_.end()) people_.erase(oldest);
}

void People::saw(const Line& line, const ISupport& server) {
  if (!line.from_person()) return;
  const std::string user_host = line.user + "@" + line.host;
  const bool renames = line.command == "NICK" && !line.param(0).empty();
  for (auto& [id, person] : people_) {
    if (person.nick.empty() || !server.same(person.nick, line.nick)) continue;
    // A host that changes (a cloak put on) looks like another person; the next message tells.
    if (person.user_host != user_host || line.command == "QUIT") {
      person.nick.clear();
    } else if (renames) {
      person.nick = line.param(0);
    }
  }
  if (!renames) return;
  for (auto& [id, person] : people_) {
    const bool taken = !person.nick.empty() && server.same(person.nick, line.param(0)) &&
                       person.user_host != user_host;
    if (taken) person.nick.clear();
  }
}

People::Reach People::reach(const std::string& id, const std::string& known_nick,
                            const ISupport& server) const {
  if (const auto it = people_.find(id); it != people_.end()) {
    return {it->second.nick, it->second.nick.empty()};
  }
  const auto bang = id.find('!');
  std::string nick = known_nick;
  if (nick.empty() && bang != std::string::npos && id.find('@') != std::string::npos) {
    nick = id.substr(0, bang);
  }
  // Whoever else is known by it now is not the one who asked.
  for (const auto& [other, person] : people_) {
    if (!nick.empty() && server.same(person.nick, nick)) return {{}, true};
  }
  return {nick, false};
}

}  // namespace openclaw::irc
