// Cuts a text/event-stream into events, without I/O.
//
//   decoder.feed(chunk);
//   while (const auto event = decoder.next()) use(event->data);
//
// An event whose data is one line inside the chunk is a view into the chunk: nothing is copied.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace openclaw::sdk {

/// Views live until the decoder is called again.
struct SseEvent {
  std::string_view name;  ///< the "event:" field, or empty
  std::string_view data;
};

class SseDecoder {
 public:
  static constexpr std::size_t kMaxEvent = 1024 * 1024;

  /// `chunk` must live until next() has returned nothing.
  void feed(std::string_view chunk) { rest_ = chunk; }
  /// The next whole event. Nothing: feed more, unless too_big().
  std::optional<SseEvent> next();
  /// At the end of the body: the event that only lacks its closing blank line.
  std::optional<SseEvent> last();

  /// The body so far ends inside an event.
  [[nodiscard]] bool mid_event() const { return !line_.empty() || has_data_ || !name_.empty(); }
  /// An event or a line went over kMaxEvent; the decoder yields nothing more.
  [[nodiscard]] bool too_big() const { return too_big_; }

 private:
  bool take_line(std::string_view line, bool in_chunk);  // true: the event is complete
  void take_data(std::string_view value, bool in_chunk);
  void settle();

  std::string_view rest_;
  std::string line_;  // a line's beginning, from earlier chunks
  std::string name_;
  std::string data_;            // used unless the data is data_view_
  std::string_view data_view_;  // one line inside the current chunk
  bool has_data_ = false, in_view_ = false, dispatched_ = false;
  bool skip_lf_ = false, at_start_ = true, too_big_ = false;
};

}  // namespace openclaw::sdk
