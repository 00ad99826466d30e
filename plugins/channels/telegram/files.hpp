// Fetches the files that people sent.
#pragma once

#include <functional>
#include <string>

#include "api.hpp"
#include "openclaw/channel.h"
#include "openclaw/cpp/channel/downloads.hpp"

namespace openclaw::telegram {

/// Asks Telegram where the file is, since such an address is good for an hour only, then for it.
class Files {
 public:
  Files(sdk::Host& host, Api& api, const std::string& api_root, std::string key_prefix);

  void fetch(oc_op op, const oc_attachment& attachment, std::uint64_t max_bytes);
  void cancel(oc_op op) { downloads_.cancel(op); }
  void stop() { downloads_.stop(); }
  [[nodiscard]] bool idle() const { return downloads_.idle(); }
  void on_ended(std::function<void()> fn) { downloads_.on_ended(std::move(fn)); }

 private:
  void found(oc_op op, const Answer& answer);

  Api& api_;
  std::string prefix_, key_prefix_;
  sdk::Downloads downloads_;
};

}  // namespace openclaw::telegram
