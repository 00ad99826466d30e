// Fetches the media that people sent.
#pragma once

#include <functional>
#include <string>

#include "api.hpp"
#include "openclaw/channel.h"
#include "openclaw/cpp/channel/downloads.hpp"

namespace openclaw::whatsapp {

/// Asks Meta where it is, since such an address is good for five minutes only, then for it.
class MediaFetcher {
 public:
  MediaFetcher(sdk::Host& host, Api& api, std::string api_root, std::string key_prefix);

  void fetch(oc_op op, const oc_attachment& attachment, std::uint64_t max_bytes);
  void cancel(oc_op op) { downloads_.cancel(op); }
  void stop() { downloads_.stop(); }
  [[nodiscard]] bool idle() const { return downloads_.idle(); }
  void on_ended(std::function<void()> fn) { downloads_.on_ended(std::move(fn)); }

 private:
  void found(oc_op op, const Answer& answer);

  Api& api_;
  std::string api_root_, key_prefix_;
  sdk::Downloads downloads_;
};

}  // namespace openclaw::whatsapp
