// A channel's own section of gateway.yaml, which the core has checked against the manifest's
// schema.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace openclaw::sdk {

/// What a schema cannot say is checked by the channel. Every refusal (Refused, in plugin.hpp) names
/// its key as the operator wrote it: "channels.telegram.accounts.work.botToken ...". A key without
/// a value counts as absent. Keys that the channel does not ask for are the core's.
class ChannelSection {
 public:
  /// `name` is "telegram" or "telegram/ACCOUNT". Refuses what is not a mapping.
  ChannelSection(std::string_view name, std::string_view config_json);

  /// What stands before a key: "channels.telegram.".
  [[nodiscard]] const std::string& prefix() const { return prefix_; }
  /// Where the host serves a route of this channel: "/channels/NAME/" + `leaf`.
  [[nodiscard]] std::string route(std::string_view leaf) const;

  /// "channels.telegram.KEY WHY".
  [[noreturn]] void refuse(std::string_view key, std::string_view why) const;
  /// nullptr when absent.
  [[nodiscard]] const nlohmann::json* find(const char* key) const;
  /// Empty when absent; refuses what is not a string.
  [[nodiscard]] std::string text(const char* key) const;
  /// Refuses an absent or empty text: "channels.telegram.KEY is missing: REMEDY".
  void require(const char* key, std::string_view remedy) const;
  /// An address, without slashes at its end.
  [[nodiscard]] std::string address(const char* key, std::string_view otherwise) const;
  [[nodiscard]] bool flag(const char* key, bool otherwise) const;
  [[nodiscard]] std::int64_t number(const char* key, std::int64_t low, std::int64_t high,
                                    std::int64_t otherwise) const;

 private:
  std::string name_, prefix_;
  nlohmann::json json_;
};

}  // namespace openclaw::sdk
