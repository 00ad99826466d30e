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

/// A piece, about: the server does nothing else meanwhile, and an answer is held as a whole.
constexpr std::size_t kPieceBytes = 256 << 10;
constexpr std::uint32_t kMostEntries = 128;
/// Of a piece of several, at most: after short entries may come very long ones. Those are read one
/// by one then.
constexpr std::size_t kLongestPiece = 16 << 20;

std::size_t bytes_of(const Reply& entries) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) bytes += entries[i][1][1].text().size();
  return bytes;
}

/// How many entries the next piece may have, when these are as long as the next ones.
std::uint32_t entries_like(const Reply& entries) {
  const std::size_t bytes = std::max<std::size_t>(bytes_of(entries), 1);
  return static_cast<std::uint32_t>(
      std::clamp<std::size_t>(kPieceBytes * entries.size() / bytes, 1, kMostEntries));
}

}  // namespace

class Reader::Pieces {
 public:
  Pieces(Reader& reader, std::uint64_t after, TimePoint deadline)
      : reader_(reader), after_(after), deadline_(deadline) {}

  /// A piece that was begun and never taken leaves its answer in the connection.
  ~Pieces() {
    if (begun_) reader_.link_.close();
  }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  /// Asks for the next piece without waiting: the server looks for it while we are busy with the
  /// one before.
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
      const bool begun = std::exchange(begun_, false) && reader_.link_.is_open();
      const std::size_t longest = count_ > 1 ? kLongestPiece : Link::kLongestReply;
      try {
        return begun ? reader_.link_.finish(deadline_, longest)
                     : reader_.link_.run(command(), deadline_, longest);
      } catch (const RedisError& error) {
        if (error.code == Link::kTooLong) count_ = 1;
        throw;
      }
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

void Reader::visit_waiting(Pieces pieces, std::uint32_t limit, oc_visit_inbox visit, void* ctx) {
  while (limit > 0) {
    const Reply entries = pieces.next(std::min(piece_, limit));
    if (entries.size() == 0) return;
    const Reply claims = pieces.claims_of(entries);
    piece_ = entries_like(entries);
    const auto read = static_cast<std::uint32_t>(entries.size());
    if (!pieces.is_last() && limit > read) pieces.begin(std::min(piece_, limit - read));
    for (std::size_t i = 0; i < read; ++i) {
      if (claims[i].is_nothing()) continue;
      const oc_inbox_row row = waiting_message_in(entries[i], claims[i]);
      --limit;
      if (visit(ctx, &row) == 0) return;
    }
    if (pieces.is_last()) return;
  }
}

void Reader::waiting(std::uint64_t after_id, std::uint32_t limit, std::uint32_t deadline_ms,
                     oc_visit_inbox visit, void* ctx) {
  const TimePoint deadline = deadline_in(deadline_ms);
  visit_waiting(Pieces(*this, std::min(after_id, sdk::kLargestNumber), deadline), limit, visit,
                ctx);
  // These commands do not ask whose store it is.
  ask(stats_script(), {}, deadline);
}

}  // namespace openclaw::redis
