// Decides what a message that previews an answer in the making shows, and when.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace openclaw::sdk {

/// The end of `text` of at most `bytes`: from the beginning of a line where it has one, else of a
/// character.
std::string_view end_of_text(std::string_view text, std::size_t bytes);

/// The preview of one turn: posted when the answer takes a while, edited as it grows, removed once
/// the answer itself is there. Short answers have none. No I/O; the clock, in milliseconds, is
/// handed in.
class Preview {
 public:
  struct Timing {
    std::int64_t first_ms = 1'500;    ///< from the first text to the post
    std::int64_t between_ms = 1'500;  ///< from one change to the next
    std::int64_t grace_ms = 5'000;    ///< from the turn's end until it goes, answered or not
  };
  enum class Act : std::uint8_t {
    none,    ///< not now
    post,    ///< show text()
    edit,    ///< the same, in its place
    remove,  ///< take it away
    over     ///< the turn has ended, and nothing is left to do
  };
  struct Step {
    Act act = Act::none;
    std::int64_t wait_ms = -1;  ///< none: ask again then; -1: when something has happened
  };

  /// At most the last `max_characters` (code points) are shown.
  Preview(Timing timing, std::size_t max_characters);

  void add(std::string_view text, std::int64_t now_ms);
  void reset() { text_.clear(); }    ///< another provider begins anew
  void end(std::int64_t now_ms);     ///< the turn is over
  void answered() { gone_ = true; }  ///< its answer is there
  void give_up() { gone_ = true; }   ///< nothing of it is to be shown any more

  [[nodiscard]] Step next(std::int64_t now_ms) const;
  [[nodiscard]] std::string text() const;
  /// The answer so far, or if it is long the end of it: Markdown, with lines to be read on from.
  [[nodiscard]] std::string_view markdown() const;
  [[nodiscard]] const std::string& message_id() const { return message_id_; }

  void begin(Act act);  ///< the request is under way; one of these ends it
  void posted(std::string message_id, std::int64_t now_ms);
  void done(std::int64_t now_ms);
  /// `refused`: asking again is of no use.
  void failed(bool refused, std::int64_t retry_ms, std::int64_t now_ms);
  /// It may not go now; nothing was asked.
  void put_off(std::int64_t ms, std::int64_t now_ms) { not_before_ = now_ms + ms; }

 private:
  static constexpr int kTries = 3;  ///< to remove it; then it stands until the next start

  Timing timing_;
  std::size_t max_characters_;
  std::string text_, shown_, message_id_;
  std::int64_t first_text_ = -1, ended_ = -1, not_before_ = 0;
  Act under_way_ = Act::none;
  int tries_ = 0;
  bool gone_ = false;
};

}  // namespace openclaw::sdk
