// A value of the durable state that several gateways write.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

/// Writes only over what was read here: when another gateway wrote meanwhile, the write fails with
/// OC_E_CONFLICT, and who wants to write reads that first. One call at a time. [strand]
class SharedValue {
 public:
  /// Empty when the key is absent: that is no failure.
  using Read = std::function<void(const std::optional<Failure>&, const std::string& value)>;
  using Written = std::function<void(const std::optional<Failure>&)>;

  SharedValue(Host& host, std::string key) : host_(host), key_(std::move(key)) {}

  /// False: the host takes no more operations now, and nothing is called.
  bool get(Read done);
  bool put(std::string_view value, Written done);

 private:
  Host& host_;
  std::string key_;
  std::uint64_t version_ = 0;  ///< of what was read or written here last; 0 = it was absent
};

}  // namespace openclaw::sdk
