#include "core/config/instance_name.hpp"

namespace openclaw::config {

std::string instance_name(std::string_view channel, std::string_view account) {
  std::string out(channel);
  if (account != default_account) {
    out += '/';
    out += account;
  }
  return out;
}

InstanceName parse_instance_name(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) {
    return {std::string(name), std::string(default_account)};
  }
  return {std::string(name.substr(0, slash)), std::string(name.substr(slash + 1))};
}

}  // namespace openclaw::config
