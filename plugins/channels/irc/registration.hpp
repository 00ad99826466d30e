// The talk from the connection to the welcome: capabilities, SASL, nick.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config.hpp"
#include "line.hpp"
#include "out.hpp"

namespace openclaw::irc {

/// Why the server does not take us.
struct Rejection {
  std::string reason;     ///< names the key to change
  bool for_good = false;  ///< only the operator can help
};

class Registration {
 public:
  explicit Registration(const Config& config) : config_(config) {}

  /// A new connection.
  Outs begin();
  /// What to answer to a line before the welcome, and to a CAP line after it.
  Outs received(const Line& line);

  [[nodiscard]] const std::optional<Rejection>& rejection() const { return rejection_; }
  [[nodiscard]] bool welcomed() const { return welcomed_; }
  /// The nick that was asked for last; after the welcome, the one that we have.
  [[nodiscard]] const std::string& nick() const { return nick_; }
  /// Whether the server has switched this capability on. What a tag claims counts only then.
  [[nodiscard]] bool has(const std::string& capability) const {
    return enabled_.count(capability) != 0;
  }

 private:
  Outs capability(const Line& line);
  Outs request();
  Outs sasl(const Line& line);
  Outs next_nick(const Line& line);
  void reject(std::string reason, bool for_good);

  const Config& config_;
  std::map<std::string, std::string> offered_;
  std::set<std::string> enabled_;
  std::string nick_;
  std::size_t nicks_tried_ = 0;
  bool authenticated_ = false, welcomed_ = false;
  std::optional<Rejection> rejection_;
};

}  // namespace openclaw::irc
