// Which channels are threads, and of what: a bounded memory of what Discord has told.
#pragma once

#include <cstddef>
#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace openclaw::discord {

class Places {
 public:
  /// The oldest are forgotten, and asked for when somebody writes there.
  static constexpr std::size_t kRemembered = 20'000;

  /// Takes in a dispatch that tells of channels or threads; any other is ignored.
  void learn(std::string_view event, const nlohmann::json& data);
  /// A channel object of the REST API or of an event.
  void learn_channel(const nlohmann::json& channel);
  void set(const std::string& channel, const std::string& parent);
  /// The channel that a thread hangs on; empty: no thread. Absent: not known.
  [[nodiscard]] std::optional<std::string> parent_of(const std::string& channel) const;
  [[nodiscard]] std::size_t remembered() const { return parents_.size(); }

 private:
  std::unordered_map<std::string, std::string> parents_;
  std::deque<std::string> order_;
};

}  // namespace openclaw::discord
