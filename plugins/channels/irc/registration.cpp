// IRCv3 capability negotiation (CAP 302) and SASL PLAIN.
#include "registration.hpp"

#include <algorithm>

namespace openclaw::irc {

namespace {

constexpr std::size_t kMaxNicks = 8;
constexpr std::size_t kMaxOffered = 256;

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// ngircd has no numeric for a wrong password: "ERROR :Access denied: Bad password?".
bool says_password(std::string_view text) {
  return text.find("password") != std::string_view::npos ||
         text.find("Password") != std::string_view::npos;
}

}  // namespace

Outs Registration::begin() {
  offered_.clear();
  enabled_.clear();
  nick_ = config_.nick;
  nicks_tried_ = 0;
  authenticated_ = welcomed_ = false;
  rejection_.reset();
  Outs out;
  if (config_.has_server_password) out.push_back({"PASS :${secret:serverPassword}", true});
  out.push_back({"CAP LS 302"});
  out.push_back({"NICK " + nick_});
  out.push_back({"USER " + config_.username + " 0 * :" + config_.real_name});
  return out;
}

void Registration::reject(std::string reason, bool for_good) {
  if (!rejection_) rejection_ = Rejection{std::move(reason), for_good};
}

Outs Registration::received(const Line& line) {
  const std::string& command = line.command;
  if (command == "CAP") return capability(line);
  if (welcomed_) return {};
  if (command == "AUTHENTICATE" || (command.size() == 3 && command[0] == '9')) return sasl(line);
  if (command == "433" || command == "436" || command == "437") return next_nick(line);
  if (command == "432" || command == "431") {
    reject(config_.key_prefix + "nick was refused by " + config_.server + " (" + line.last() +
               "): choose another, perhaps a shorter one",
           true);
  } else if (command == "464" || (command == "ERROR" && says_password(line.last()))) {
    reject(config_.key_prefix + "serverPassword was refused by " + config_.server + " (" +
               line.last() + "): set the server's password, or IRC_SERVER_PASSWORD",
           true);
  } else if (command == "465") {
    // A ban may end by itself: go on trying, seldom.
    reject(config_.server + " has banned the gateway (" + line.last() +
               "): ask the network's operators",
           false);
  } else if (command == "001") {
    welcomed_ = true;
    if (!line.param(0).empty()) nick_ = line.param(0);
    if (!config_.sasl_user.empty() && !authenticated_) {
      // Without the login we would be somebody else: rooms for accounts, and the nick itself.
      reject(config_.server + " offers no login (SASL) now: when that stays, remove " +
                 config_.key_prefix + "saslUser",
             false);
    }
  }
  return {};
}

Outs Registration::capability(const Line& line) {
  const std::string& verb = line.param(1);
  const bool more = line.param(2) == "*" && line.params.size() > 3;
  const auto names = words(line.last());
  if (verb == "LS" && !welcomed_) {
    for (const std::string& name : names) {
      const auto equals = name.find('=');
      if (offered_.size() >= kMaxOffered) break;
      offered_[name.substr(0, equals)] =
          equals == std::string::npos ? std::string{} : name.substr(equals + 1);
    }
    return more ? Outs{} : request();
  }
  if (verb == "DEL") {
    for (const std::string& name : names) enabled_.erase(name);
    return {};
  }
  if (verb == "ACK") {
    for (const std::string& name : names) {
      if (name.starts_with('-')) {
        enabled_.erase(name.substr(1));
      } else if (offered_.count(name) != 0) {
        enabled_.insert(name);
      }
    }
    if (welcomed_ || more) return {};
    if (has("sasl")) return {{"AUTHENTICATE PLAIN"}};
    return {{"CAP END"}};
  }
  if (verb == "NAK" && !welcomed_) return {{"CAP END"}};
  return {};
}

Outs Registration::request() {
  std::string wanted;
  const auto want = [&](const char* name) {
    if (offered_.count(name) != 0) wanted += (wanted.empty() ? "" : " ") + std::string(name);
  };
  want("server-time");
  want("message-tags");
  want("account-tag");
  if (!config_.sasl_user.empty() && offered_.count("sasl") != 0) {
    const std::string mechanisms = "," + offered_["sasl"] + ",";
    if (mechanisms != ",," && mechanisms.find(",PLAIN,") == std::string::npos) {
      reject(config_.key_prefix + "saslUser cannot log in: " + config_.server +
                 " does not offer SASL PLAIN but " + offered_["sasl"],
             true);
      return {};
    }
    want("sasl");
  }
  if (wanted.empty()) return {{"CAP END"}};
  return {{"CAP REQ :" + wanted}};
}

Outs Registration::sasl(const Line& line) {
  const std::string& command = line.command;
  if (command == "AUTHENTICATE") {
    if (line.param(0) != "+" || authenticated_ || config_.sasl_user.empty()) return {};
    // authzid NUL authcid NUL password (RFC 4616). Below 400 bytes, by the lengths of the keys: so
    // it is one piece, and needs no empty one behind it.
    std::string plain("\0", 1);
    plain += config_.sasl_user;
    plain += std::string("\0", 1);
    return {{"AUTHENTICATE ${base64:" + plain + "${secret:password}}", true}};
  }
  if (command == "903" || command == "907") {
    authenticated_ = true;
    return {{"CAP END"}};
  }
  if (command == "902" || command == "904" || command == "905" || command == "906") {
    reject(config_.key_prefix + "password or saslUser was refused by " + config_.server + " (" +
               line.last() + "): set the account's password, or IRC_PASSWORD",
           true);
  }
  return {};  // 900 says who we are, 908 which mechanisms there are: 904 follows
}

Outs Registration::next_nick(const Line& line) {
  if (++nicks_tried_ > kMaxNicks) {
    reject(config_.key_prefix + "nick is taken on " + config_.server + " (" + line.last() +
               "), and so are others like it: choose another",
           false);
    return {};
  }
  nick_ = config_.nick;
  // A server may cut long ones: then the end decides nothing, so it takes the place of letters.
  const std::string ending = nicks_tried_ == 1 ? "_" : "_" + std::to_string(nicks_tried_);
  constexpr std::size_t kSafeLength = 9;  // RFC 1459: every server takes so many
  if (nick_.size() > kSafeLength && nicks_tried_ > 2) nick_.resize(kSafeLength - ending.size());
  if (nick_.size() == kSafeLength) nick_.resize(kSafeLength - ending.size());
  nick_ += ending;
  return {{"NICK " + nick_}};
}

}  // namespace openclaw::irc
