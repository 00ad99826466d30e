// The messages that preview answers in the making, on a platform that can edit and delete.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "openclaw/channel.h"
#include "openclaw/cpp/channel/preview.hpp"
#include "openclaw/cpp/channel/preview_list.hpp"
#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

/// Carries each turn's Preview out. A preview is never the answer: that is sent as ever, with its
/// own notification and its own outcome, and the preview is removed behind it. What stands is
/// listed in the durable state, so that the next start, or another gateway, removes what a kill has
/// left; a kill within the moment between a post and its listing leaves that one. [strand]
class Previews {
 public:
  struct Outcome {
    enum class Kind : std::uint8_t {
      done,
      gone,     ///< the message or the chat is not there any more
      refused,  ///< not allowed, or unreadable: no use in asking again
      later     ///< a limit, or trouble on the way
    } kind = Kind::done;
    std::string message_id;      ///< of a post that is done
    std::uint32_t retry_ms = 0;  ///< later: not before
  };
  using Done = std::function<void(const Outcome&)>;
  /// Each asks the platform. 0: under way, `done` comes once and not inside. Else in how many
  /// milliseconds it may go.
  struct Platform {
    std::function<std::uint32_t(const PreviewPlace&, const std::string& turn_id,
                                const Host::Rendered& text, Done done)>
        post;
    std::function<std::uint32_t(const PreviewPlace&, const std::string& message_id,
                                const Host::Rendered& text, Done done)>
        edit;
    std::function<std::uint32_t(const PreviewPlace&, const std::string& message_id, Done done)>
        remove;
  };
  struct Limits {
    Preview::Timing timing{};
    std::size_t max_characters = 1'900;
    /// Shown in the form of the manifest's text.format, within its limit; else as the model writes
    /// it, and of that the last max_characters.
    bool rendered = false;
  };

  Previews(Host& host, Limits limits, Platform platform);

  /// Removes what an earlier run left; shows nothing before it has read what that is.
  void start();
  void partial(const oc_partial& partial);
  /// The turn's answer, or its first part, is there.
  void answered(std::string_view turn_id);
  /// Posts none anew; what stands is still edited and removed.
  void quiesce() { quiet_ = true; }
  /// Asks for nothing more. What stands stays listed.
  void stop();

 private:
  static constexpr std::size_t kMaxTurns = 256;

  struct Turn {
    PreviewPlace place;
    Preview preview;
    oc_op timer = 0;
  };

  void loaded();
  void left(const std::vector<PreviewList::Message>& messages);
  void pump(const std::string& turn_id);
  [[nodiscard]] Host::Rendered text_of(const Preview& preview) const;
  std::uint32_t ask(const std::string& turn_id, const Turn& turn, Preview::Act act);
  void ended(const std::string& turn_id, Preview::Act act, const Outcome& outcome);
  void wake(const std::string& turn_id, Turn& turn, std::int64_t ms);

  Host& host_;
  Limits limits_;
  Platform platform_;
  std::map<std::string, Turn> turns_;
  PreviewList list_;
  bool loaded_ = false, quiet_ = false, stopped_ = false;
};

}  // namespace openclaw::sdk
