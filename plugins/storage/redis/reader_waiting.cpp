// The messages that wait, which are what a gateway reads at its start, 100,000 of them if need be.
// They come as the stream has them: in a script each text would become a string of Lua's first, of
// which every byte is hashed. So a piece is two commands, and a message that leaves between them is
// not in it.
#include <algorithm>
#include <utility>

#include "openclaw/cpp/store_writes.hpp"
#include "reader.hpp"
#include "rows.hpp"

namespace openclaw::redis {

namespace {

/// Entries of a piece: the server does nothing else meanwhile, and an answer is held as a whole.
/// The first one tells how long they are.
constexpr std::uint32_t kFirst = 16, kShort = 128, kLong = 4;
constexpr std::size_t kShortBytes = 2048;  ///< of a short one, on average

std::size_t bytes_of(const Reply& entries) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) bytes += entries[i][1][1].text().size();
  return bytes;
}

}  // namespace

class Reader::Pieces {
 public:
  Pieces(Reader& reader, std::uint64_t after, TimePoint deadline)
      : reader_(reader), after_(after), deadline_(deadline) {}

  /// Asks for it without waiting: the server looks for it while we are busy with the one before.
  void begin(std::uint32_t count) {
    count_ = count;
    try {
      reader_.link_.begin(command(), deadline_);
      begun_ = true;
    } catch (const RedisError&) {
      begun_ = false;  // next() asks again, and says what is wrong
    }
  }

  /// The next piece, of at most so many entries; the one that was begun, if any.
  Reply next(std::uint32_t count) {
    if (!begun_) count_ = count;
    Reply entries = reader_.asked(deadline_, [&] {
      const bool asked = std::exchange(begun_, false) && reader_.link_.is_open();
      return asked ? reader_.link_.finish(deadline_) : reader_.link_.run(command(), deadline_);
    });
    is_last_ = entries.size() < count_;
    if (entries.size() > 0) after_ = place_in_stream(entries[entries.size() - 1][0].text());
    return entries;
  }

  [[nodiscard]] bool is_last() const { return is_last_; }

  /// What is held of each; nothing of one that has left.
  Reply claims_of(const Reply& entries) {
    Args claims{"HMGET", claims_key(reader_.settings_)};
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto id = entries[i][0].text();
      claims.lent(id.substr(0, id.find('-')));
    }
    return reader_.asked(deadline_, [&] { return reader_.link_.run(claims, deadline_); });
  }

 private:
  [[nodiscard]] Args command() const {
    return {"XRANGE", inbox_key(reader_.settings_), "(" + std::to_string(after_) + "-0", "+",
            "COUNT",  std::to_string(count_)};
  }

  Reader& reader_;
  std::uint64_t after_;
  TimePoint deadline_;
  std::uint32_t count_ = 0;
  bool begun_ = false, is_last_ = false;
};

void Reader::waiting(std::uint64_t after_id, std::uint32_t limit, std::uint32_t deadline_ms,
                     oc_visit_inbox visit, void* ctx) {
  const TimePoint deadline = deadline_in(deadline_ms);
  Pieces pieces(*this, std::min(after_id, sdk::kLargestNumber), deadline);
  while (limit > 0) {
    const Reply entries = pieces.next(std::min(piece_, limit));
    if (entries.size() == 0) break;
    const Reply claims = pieces.claims_of(entries);
    piece_ = bytes_of(entries) <= entries.size() * kShortBytes ? kShort : kLong;
    const auto read = static_cast<std::uint32_t>(entries.size());
    const bool ahead = !pieces.is_last() && limit > read;
    if (ahead) pieces.begin(std::min(piece_, limit - read));
    for (std::size_t i = 0; i < read; ++i) {
      if (claims[i].is_nothing()) continue;
      const oc_inbox_row row = waiting_message_in(entries[i], claims[i]);
      --limit;
      if (visit(ctx, &row) != 0) continue;
      if (ahead) pieces.next(0);
      return;
    }
    if (pieces.is_last()) break;
  }
  // These commands do not ask whose store it is.
  ask(stats_script(), {}, deadline);
}

}  // namespace openclaw::redis
