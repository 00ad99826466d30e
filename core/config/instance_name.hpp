// The name of a channel's account: "telegram", "telegram/work".
#pragma once

#include <string>
#include <string_view>

namespace openclaw::config {

/// The account whose instance is called like its channel.
inline constexpr std::string_view default_account = "default";

struct InstanceName {
  std::string channel, account;
};

/// "telegram" for the account `default`, else "telegram/work".
std::string instance_name(std::string_view channel, std::string_view account);

/// The reverse.
InstanceName parse_instance_name(std::string_view name);

}  // namespace openclaw::config
