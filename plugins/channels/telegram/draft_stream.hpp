// Shows answers in the making in private chats, by sendMessageDraft.
#pragma once

#include <map>
#include <string>

#include "api.hpp"
#include "draft.hpp"
#include "openclaw/channel.h"
#include "requests.hpp"

namespace openclaw::telegram {

/// Best effort: an error ends the turn's drafts, an unknown method ends them for good. Groups get
/// none: Telegram has drafts for private chats only.
class DraftStream {
 public:
  DraftStream(sdk::Host& host, Api& api);
  void partial(const oc_partial& partial);
  /// Shows no more of this turn. 0: no draft of it is under way; else in how many milliseconds to
  /// ask again.
  std::uint32_t end(const std::string& turn_id);
  void stop();

 private:
  struct Turn {
    Target target;
    Draft draft;
    oc_op timer = 0;
    bool muted = false;  ///< shows nothing more
    bool over = false;   ///< OC_PARTIAL_END came
  };
  void pump(const std::string& turn_id);
  void answered(const std::string& turn_id, const Answer& answer);
  void drop(std::map<std::string, Turn>::iterator it);

  sdk::Host& host_;
  Api& api_;
  bool enabled_ = true;
  std::map<std::string, Turn> turns_;
};

}  // namespace openclaw::telegram
